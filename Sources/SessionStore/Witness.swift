internal import Glibc
internal import SessionModel
internal import WireJSON

/// Remembers outside the store how far its counter was, so that an older copy in its place is noticed (SECURITY 3).
/// Best effort: a witness that is lost or late accuses nobody.
struct Witness: Sendable {
  /// The file; nil for none.
  let path: String?

  /// How far the store's counter was at least; nil where nothing is known of it.
  func counter(of storeID: String) -> Int64? {
    guard let path else { return nil }
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = read(descriptor, &bytes, bytes.count)
    guard count > 0, let json = try? JSONValue.parse(Array(bytes.prefix(count))), json["store"]?.string == storeID
    else { return nil }
    return Self.believed(json["counter"]?.integer)
  }

  /// No store gets further than this; what says so is not believed, so that nothing overflows.
  static func believed(_ counter: Int64?) -> Int64? { counter.flatMap { $0 < 1 << 53 ? $0 : nil } }

  /// Notes the counter down: whole or not at all.
  func record(counter: Int64, of storeID: String) {
    guard let path, counter > self.counter(of: storeID) ?? 0 else { return }
    let text = ["store": .string(storeID), "counter": .integer(counter)] as JSONValue
    let bytes = Array((text.text + "\n").utf8)
    let unfinished = path + ".new"
    if let slash = path.lastIndex(of: "/") { mkdir(String(path[..<slash]), 0o700) }
    unlink(unfinished)
    let descriptor = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    let isWhole = write(descriptor, bytes, bytes.count) == bytes.count
    close(descriptor)
    guard isWhole, rename(unfinished, path) == 0 else {
      unlink(unfinished)
      return
    }
  }
}
