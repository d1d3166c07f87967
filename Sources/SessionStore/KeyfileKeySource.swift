internal import Glibc
public import SessionModel

/// A key in a file: 32 raw bytes, 0600, ours. For demos and tests: who can read the user's files has it.
public struct KeyfileKeySource: KeySource {
  /// `keyfile`.
  public let name = KeySourceName.keyfile
  private let configured: String?
  private let random: any RandomSource

  /// The key in the file at that path, which slots that name another do not need.
  public init(path: String?, random: any RandomSource) {
    configured = path
    self.random = random
  }

  /// Reads the key; makes the file where it is absent and the slot is new.
  public func wrappingKey(for request: KeyRequest) async throws(KeySourceError) -> WrappingKey {
    guard let place = SlotPlace(request, configured: configured) else {
      throw .unfit("No keyfile is set. Name one: agentctl keystore add-slot keyfile --path FILE")
    }
    guard place.name.hasPrefix("/") else { throw .unfit("The keyfile's path \(place.name) is not absolute.") }
    let file = Keyfile(path: place.name, random: random)
    return WrappingKey(key: try file.key(createIfMissing: request.createIfMissing), parameters: place.parameters)
  }
}

/// The file.
private struct Keyfile {
  let path: String
  let random: any RandomSource
  private static let length = 32

  init(path: String, random: any RandomSource) {
    self.path = path
    self.random = random
  }

  func key(createIfMissing: Bool) throws(KeySourceError) -> Secret {
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    if descriptor >= 0 {
      defer { close(descriptor) }
      return try read(descriptor)
    }
    switch errno {
    case ENOENT where createIfMissing: return try create()
    case ENOENT: throw .missing("The keyfile \(path) is not there. Put it back, or open the store another way.")
    case ELOOP: throw .unfit("The keyfile \(path) is a link; name the file itself.")
    default: throw .unavailable("The keyfile \(path) cannot be read: \(String(cString: strerror(errno))).")
    }
  }

  private func read(_ descriptor: Int32) throws(KeySourceError) -> Secret {
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      throw .unfit("The keyfile \(path) is not a plain file.")
    }
    guard facts.st_uid == geteuid() else { throw .unfit("The keyfile \(path) belongs to another user.") }
    guard facts.st_mode & 0o077 == 0 else {
      throw .unfit("The keyfile \(path) is open to others. Run: chmod 600 \(path)")
    }
    guard facts.st_size == Self.length else {
      throw .unfit("The keyfile \(path) has \(facts.st_size) bytes; a key has \(Self.length).")
    }
    var got = 0
    let key = Secret(count: Self.length) { got = Glibc.read(descriptor, $0.baseAddress, $0.count) }
    guard got == Self.length else { throw .unavailable("The keyfile \(path) could not be read whole.") }
    return key
  }

  /// Writes a new key beside its place, durable, then links it there: the file is whole or absent, and one that
  /// appeared meanwhile stays.
  private func create() throws(KeySourceError) -> Secret {
    let key = random.key(Self.length)
    let unfinished = "\(path).\(getpid()).new"
    unlink(unfinished)
    let descriptor = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure() }
    defer {
      close(descriptor)
      unlink(unfinished)
    }
    let written = key.withRevealedBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard written == Self.length, fsync(descriptor) == 0, link(unfinished, path) == 0 else { throw failure() }
    let folder = open(path.lastIndex(of: "/").map { String(path[...$0]) } ?? ".", O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { throw failure() }
    defer { close(folder) }
    guard fsync(folder) == 0 else { throw failure() }
    return key
  }

  private func failure() -> KeySourceError {
    .unavailable("The keyfile \(path) cannot be made: \(String(cString: strerror(errno))).")
  }
}
