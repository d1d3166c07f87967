internal import Glibc
internal import SessionModel
internal import WireJSON

/// Remembers outside the store how far its counter was, so that an older copy in its place is noticed (SECURITY 3).
/// Best effort: a witness that is lost or late accuses nobody.
struct Witness: Sendable {
  /// The file; nil for none.
  let path: String?

  /// So many stores are remembered: an earlier one may come back from a backup after it was lost and made anew.
  private static let remembered = 16
  /// The most that is read, in bytes; a store takes less than a hundred.
  private static let longest = 4096

  /// One store, and how far its counter was at least.
  private struct Sighting {
    var store: String
    var counter: Int64

    init(store: String, counter: Int64) {
      self.store = store
      self.counter = counter
    }

    init?(_ json: JSONValue) {
      guard let store = json["store"]?.string, let counter = Witness.believed(json["counter"]?.integer) else {
        return nil
      }
      self.init(store: store, counter: counter)
    }

    var members: [JSONMember] { [JSONMember("store", .string(store)), JSONMember("counter", .integer(counter))] }
  }

  /// How far the store's counter was at least; nil where nothing is known of it.
  func counter(of storeID: String) -> Int64? { sightings.first { $0.store == storeID }?.counter }

  /// Whether there was a store before, whichever.
  var knowsAny: Bool { !sightings.isEmpty }

  /// What is remembered, the store that was written last first.
  private var sightings: [Sighting] {
    guard let path else { return [] }
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: Self.longest)
    let count = read(descriptor, &bytes, bytes.count)
    guard count > 0, let json = try? JSONValue.parse(Array(bytes.prefix(count))) else { return [] }
    return ([json] + (json["earlier"]?.array ?? [])).compactMap(Sighting.init)
  }

  /// No store gets further than this; what says so is not believed, so that nothing overflows.
  static func believed(_ counter: Int64?) -> Int64? { counter.flatMap { $0 < 1 << 53 ? $0 : nil } }

  /// Notes the counter down: whole or not at all. Makes the folder, and a file that others can read ours alone.
  ///
  /// - Returns: why an older copy may go unnoticed by it, and what to do; nil where it can be relied on.
  func record(counter: Int64, of storeID: String) -> String? {
    guard let path else { return nil }
    var trouble: String?
    do throws(StoreError) {
      try StoreFile(path: path).prepareFolder()
    } catch {
      if case .unsafeFile = error { trouble = error.description } else { trouble = unwritable }
    }
    guard counter > self.counter(of: storeID) ?? 0 || !isPrivate else { return trouble.map(Self.words) }
    let earlier = sightings.filter { $0.store != storeID }.prefix(Self.remembered - 1)
    let text = JSONValue.object(
      Sighting(store: storeID, counter: counter).members
        + [JSONMember("earlier", .array(earlier.map { .object($0.members) }))])
    if !write(Array((text.text + "\n").utf8), to: path) { trouble = trouble ?? unwritable }
    return trouble.map(Self.words)
  }

  private var unwritable: String { "\(path ?? "It") can't be written. Make its folder writable for you." }

  private static func words(_ trouble: String) -> String {
    "An older copy of the keystore may go unnoticed, because its witness can't be relied on: \(trouble)"
  }

  private var isPrivate: Bool {
    var facts = stat()
    return path.map { lstat($0, &facts) } == 0 && facts.st_mode & 0o077 == 0
  }

  private func write(_ bytes: [UInt8], to path: String) -> Bool {
    let unfinished = path + ".new"
    unlink(unfinished)
    let descriptor = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return false }
    let isWhole = Glibc.write(descriptor, bytes, bytes.count) == bytes.count
    close(descriptor)
    guard isWhole, rename(unfinished, path) == 0 else {
      unlink(unfinished)
      return false
    }
    return true
  }
}
