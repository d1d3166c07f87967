internal import Glibc
internal import SessionAPI
internal import SessionModel

/// The profiles in the user's and the system's folder, the user's first.
struct ProfileFolder: Sendable {
  let user: String
  let system: String

  /// A profile as its file says it now; nil where there is none.
  ///
  /// - Throws: `Problem` (`bad_configuration`) with file and line.
  func read(_ name: ProfileName) throws -> ProfileDocument? {
    if let file = try ConfigurationFile.read(path(name, in: user)) {
      return try ProfileFile.document(file, name: name, source: .user)
    }
    if let file = try ConfigurationFile.read(path(name, in: system)) {
      return try ProfileFile.document(file, name: name, source: .system)
    }
    return nil
  }

  /// The names of all profiles, sorted.
  func names() -> [ProfileName] {
    let files = ProfileFolder.entries(user) + ProfileFolder.entries(system)
    let names = files.filter { $0.hasSuffix(".toml") }.compactMap { Name(String($0.dropLast(5))) }
    return Set(names).sorted()
  }

  /// Writes a profile of the user, whole or not at all.
  ///
  /// - Throws: `Problem` (`storage_failed`).
  func write(_ document: ProfileDocument, name: ProfileName) throws {
    try ProfileFolder.makeFolders(user)
    let final = path(name, in: user)
    let temporary = final + ".new"
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw ProfileFolder.failure("written", final) }
    defer { close(descriptor) }
    let bytes = Array(ProfileFile.text(document).utf8)
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0,
      rename(temporary, final) == 0
    else {
      let problem = ProfileFolder.failure("written", final)
      unlink(temporary)
      throw problem
    }
  }

  /// Removes a profile of the user.
  ///
  /// - Throws: `Problem` (`storage_failed`).
  func remove(_ name: ProfileName) throws {
    let file = path(name, in: user)
    guard unlink(file) == 0 || errno == ENOENT else { throw ProfileFolder.failure("removed", file) }
  }

  /// Whose folder the file of that name is in.
  func source(of name: ProfileName) -> ProfileDocument.Source {
    access(path(name, in: user), F_OK) == 0 ? .user : .system
  }

  /// Whether there is a file of that name, whatever it says.
  func has(_ name: ProfileName) -> Bool { [user, system].contains { access(path(name, in: $0), F_OK) == 0 } }

  private func path(_ name: ProfileName, in folder: String) -> String { "\(folder)/\(name.rawValue).toml" }

  private static func entries(_ folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    return names
  }

  private static func makeFolders(_ path: String) throws {
    var current = ""
    for part in path.split(separator: "/") {
      current += "/" + part
      guard mkdir(current, 0o700) == 0 || errno == EEXIST || access(current, X_OK) == 0 else {
        throw failure("made", current)
      }
    }
  }

  private static func failure(_ what: String, _ path: String) -> Problem {
    Problem(.storageFailed, "\(path) can't be \(what) (\(String(cString: strerror(errno)))).")
  }
}
