internal import CSystemCalls
internal import Foundation
internal import Glibc
internal import SessionModel

/// The keystore's file in its folder: what may lie there, how it comes to be, how a bad one is put out of the way.
struct StoreFile: Sendable {
  let path: String

  /// Without a slash at its end, which would have the kernel follow a link.
  var folder: String {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
  }

  /// Whether file and folder can be written as things are.
  var isWritable: Bool { access(path, W_OK) == 0 && access(folder, W_OK) == 0 }

  /// SQLite's companions of a database file, which go where it goes.
  private static let companions = ["-wal", "-shm", "-journal"]

  /// Makes the folder (0700) and those above it where they are absent, and refuses one that others can write to.
  func prepareFolder() throws(StoreError) {
    guard path.hasPrefix("/") else { throw .unsafeFile(path: path, why: "is not an absolute path") }
    var end = folder.startIndex
    while end < folder.endIndex {
      end = folder[folder.index(after: end)...].firstIndex(of: "/") ?? folder.endIndex
      let part = String(folder[..<end])
      guard mkdir(part, 0o700) == 0 || errno == EEXIST || errno == EISDIR else { throw failure(part) }
    }
    let descriptor = csystem_open_directory(folder)
    guard descriptor >= 0 else { throw .unsafeFile(path: folder, why: "is no folder, or a link to one") }
    defer { Glibc.close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { throw failure(folder) }
    guard facts.st_uid == geteuid() else { throw .unsafeFile(path: folder, why: "belongs to another user") }
    guard facts.st_mode & 0o022 == 0 else {
      throw .unsafeFile(path: folder, why: "can be written by others. Run: chmod 700 \(folder)")
    }
  }

  /// Whether there is a store. One that exists is a plain file of ours and is made ours alone (0600).
  func exists() throws(StoreError) -> Bool {
    var facts = stat()
    guard lstat(path, &facts) == 0 else {
      guard errno == ENOENT else { throw failure(path) }
      return false
    }
    guard facts.st_mode & S_IFMT == S_IFREG, facts.st_uid == geteuid(), facts.st_nlink == 1 else {
      throw .unsafeFile(path: path, why: "is not a plain file that is yours alone")
    }
    // Stores are made whole and then renamed into place, so an empty one is what is left of one.
    guard facts.st_size > 0 else { throw .damaged(StoreError.damage(path, "the file is empty")) }
    if facts.st_mode & 0o177 != 0, chmod(path, 0o600) != 0 { throw failure(path) }
    return true
  }

  /// Makes the file whole under another name, then renames it into place: after a crash there is a store or none.
  func create(at now: Timestamp, _ fill: (StoreDatabase) throws(StoreError) -> Void) throws(StoreError) {
    let unfinished = try makeUnfinished(fill)
    // A log left by a file that somebody removed would be played into the new one.
    if Self.companions.contains(where: { access(path + $0, F_OK) == 0 }) { try setAside(at: now) }
    guard rename(unfinished, path) == 0 else { throw failure(path) }
    try syncFile(folder)
  }

  /// The same in the place of a damaged file, which takes the name with the date in the same step: after a crash there
  /// is the one or the other.
  func replaceDamaged(at now: Timestamp, _ fill: (StoreDatabase) throws(StoreError) -> Void) throws(StoreError) {
    let unfinished = try makeUnfinished(fill)
    let aside = freeName(at: now)
    for name in Self.companions where access(path + name, F_OK) == 0 {
      guard rename(path + name, aside + name) == 0 else { throw failure(path) }
    }
    guard rename(unfinished, aside) == 0, csystem_exchange(aside, path) == 0 else { throw failure(path) }
    try syncFile(folder)
  }

  /// A new file under another name, whole and on the disk; its path.
  private func makeUnfinished(_ fill: (StoreDatabase) throws(StoreError) -> Void) throws(StoreError) -> String {
    let unfinished = path + ".new"
    for name in [""] + Self.companions { unlink(unfinished + name) }
    let descriptor = Glibc.open(unfinished, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure(unfinished) }
    Glibc.close(descriptor)
    do {
      let database = try StoreDatabase(path: unfinished, isNew: true)
      try fill(database)
      try database.close()
    } catch {
      throw error.concerning(path)
    }
    try syncFile(unfinished)
    return unfinished
  }

  /// Renames what there is of the store and its companions to a name with the date.
  func setAside(at now: Timestamp) throws(StoreError) {
    let aside = freeName(at: now)
    for name in [""] + Self.companions where access(path + name, F_OK) == 0 {
      guard rename(path + name, aside + name) == 0 else { throw failure(path) }
    }
    try syncFile(folder)
  }

  /// A name with the date that nothing has yet.
  private func freeName(at now: Timestamp) -> String {
    let base = "\(path).damaged-\(now.description.filter { $0 != ":" && $0 != "-" })"
    var name = base
    var count = 1
    while ([""] + Self.companions).contains(where: { access(name + $0, F_OK) == 0 }) {
      count += 1
      name = "\(base).\(count)"
    }
    return name
  }

  /// The damaged files that lie beside the store, oldest first.
  var setAside: [String] {
    let prefix = path.dropFirst(folder.count + 1) + ".damaged-"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { name in name.hasPrefix(prefix) && !Self.companions.contains { name.hasSuffix($0) } }
      .sorted().map { "\(folder)/\($0)" }
  }

  private func syncFile(_ name: String) throws(StoreError) {
    let descriptor = Glibc.open(name, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(name) }
    defer { Glibc.close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure(name) }
  }

  private func failure(_ name: String) -> StoreError {
    switch errno {
    case ENOSPC, EDQUOT: .diskFull(path: path)
    case EROFS, EACCES, EPERM: .readOnly(path: path)
    default: .failed(path: name, why: String(cString: strerror(errno)))
    }
  }
}
