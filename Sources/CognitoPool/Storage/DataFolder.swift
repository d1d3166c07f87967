import Foundation

/// What went wrong with the data folder, and which file it was.
struct StorageError: Error, CustomStringConvertible {
  let path: String
  let problem: String
  var description: String { "\(path): \(problem)" }

  static func system(_ path: String, _ action: String) -> StorageError {
    StorageError(path: path, problem: "\(action): \(String(cString: strerror(errno)))")
  }
}

/// The folder with everything that outlives the process. Files are 0600 and replaced whole.
final class DataFolder: Sendable {
  let path: String
  private let isTemporary: Bool
  private let lock: Int32

  /// Opens or makes the folder and locks it against a second pool. Without a path: a temporary one.
  init(path given: String?) throws(StorageError) {
    let path: String
    if let given { path = given } else { path = try Self.makeTemporary() }
    self.path = URL(fileURLWithPath: path).path
    isTemporary = given == nil
    if mkdir(path, 0o700) != 0, errno != EEXIST { throw .system(path, "cannot make the folder") }
    lock = open("\(path)/lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard lock >= 0 else { throw .system("\(path)/lock", "cannot open") }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      close(lock)
      throw StorageError(path: path, problem: "another local pool uses this folder")
    }
  }

  private static func makeTemporary() throws(StorageError) -> String {
    let base = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    var template = Array("\(base)/localpool-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw .system(base, "cannot make a temporary folder") }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Lets the next pool in; a temporary folder goes.
  func release() {
    if isTemporary { try? FileManager.default.removeItem(atPath: path) }
    close(lock)
  }

  /// The file's bytes, or nil when there is none.
  func read(_ name: String) throws(StorageError) -> Data? {
    let file = "\(path)/\(name)"
    guard FileManager.default.fileExists(atPath: file) else { return nil }
    do {
      return try Data(contentsOf: URL(fileURLWithPath: file))
    } catch {
      throw StorageError(path: file, problem: "cannot read: \(error.localizedDescription)")
    }
  }

  func names(in folder: String) throws(StorageError) -> [String] {
    let place = "\(path)/\(folder)"
    if mkdir(place, 0o700) != 0, errno != EEXIST { throw .system(place, "cannot make the folder") }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: place).filter { $0.hasSuffix(".json") }.sorted()
    } catch {
      throw StorageError(path: place, problem: "cannot list: \(error.localizedDescription)")
    }
  }

  /// Replaces the file so that a crash leaves either the old or the new one.
  func write(_ data: Data, to name: String) throws(StorageError) {
    let file = "\(path)/\(name)"
    let fresh = "\(file).new"
    let descriptor = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .system(fresh, "cannot open") }
    let written = data.withUnsafeBytes { Self.writeAll(descriptor, $0) } && fsync(descriptor) == 0
    guard close(descriptor) == 0, written else { throw .system(fresh, "cannot write") }
    guard rename(fresh, file) == 0 else { throw .system(file, "cannot replace") }
    try syncFolder(of: file)
  }

  /// Adds to the end of a file in one piece.
  func append(_ data: Data, to name: String) throws(StorageError) {
    let file = "\(path)/\(name)"
    let descriptor = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .system(file, "cannot open") }
    let written = data.withUnsafeBytes { Self.writeAll(descriptor, $0) }
    guard close(descriptor) == 0, written else { throw .system(file, "cannot write") }
  }

  /// Takes the file away for good.
  func remove(_ name: String) throws(StorageError) {
    let file = "\(path)/\(name)"
    guard unlink(file) == 0 else { throw .system(file, "cannot remove") }
    try syncFolder(of: file)
  }

  private static func writeAll(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Bool {
    var offset = 0
    while offset < bytes.count {
      let count = Foundation.write(descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      offset += count
    }
    return true
  }

  private func syncFolder(of file: String) throws(StorageError) {
    let folder = (file as NSString).deletingLastPathComponent
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(folder, "cannot open") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .system(folder, "cannot sync") }
  }
}
