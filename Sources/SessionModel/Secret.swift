internal import Glibc

/// A byte string that must not be seen: a password, code, token or key.
///
/// Its memory is masked, and overwritten when the last copy goes. It prints as `<secret>` by every route, is not `Codable`, and
/// compares in constant time. What returns the raw bytes is named `reveal`.
public struct Secret: Sendable {
  private let storage: Storage

  /// A secret with a copy of the bytes.
  public init(copying bytes: UnsafeRawBufferPointer) {
    storage = Storage(count: bytes.count) { $0.copyMemory(from: bytes) }
  }

  /// A secret with a copy of the bytes.
  public init(copying bytes: some Sequence<UInt8>) {
    let array = Array(bytes)
    self = array.withUnsafeBytes { Secret(copying: $0) }
  }

  /// A secret with a copy of the string's UTF-8.
  public init(copyingUTF8 string: String) {
    var string = string
    self = string.withUTF8 { Secret(copying: UnsafeRawBufferPointer($0)) }
  }

  /// A secret of `count` bytes, written in place by `fill`.
  public init(count: Int, filling fill: (UnsafeMutableRawBufferPointer) throws -> Void) rethrows {
    storage = try Storage(count: count, filling: fill)
  }

  /// Length in bytes.
  public var count: Int { storage.count }

  /// Whether there are no bytes.
  public var isEmpty: Bool { storage.count == 0 }

  /// Lends the bytes for the time of the call.
  public func withRevealedBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try storage.reveal(body)
  }

  /// Writes the bytes into room for `count` of them: an unguarded copy.
  public func reveal(into output: UnsafeMutableRawBufferPointer) { storage.reveal(into: output) }

  /// The bytes as a string, an unguarded copy; ill-formed UTF-8 is repaired.
  public func revealString() -> String {
    storage.reveal { String(decoding: $0, as: UTF8.self) }
  }
}

extension Secret: Equatable, Hashable {
  /// Compares in time that depends on the length alone.
  public static func == (left: Secret, right: Secret) -> Bool {
    left.storage.equals(right.storage)
  }

  /// Hashes the length only, so that a table's layout says nothing of the content.
  public func hash(into hasher: inout Hasher) { hasher.combine(count) }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Always `<secret>`.
  public var description: String { "<secret>" }
  /// Always `<secret>`.
  public var debugDescription: String { "<secret>" }
  /// No children: `dump` shows nothing.
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Owns the bytes, masked by a random pad of the same length, so that memory read by mistake does not show them whole:
/// they stand together only while they are lent. Immutable once made, so it may be shared by any thread.
private final class Storage: Sendable {
  nonisolated(unsafe) private let masked: UnsafeMutableRawBufferPointer  // written only in init and deinit
  nonisolated(unsafe) private let pad: UnsafeMutableRawBufferPointer  // written only in init and deinit

  var count: Int { masked.count }

  init(count: Int, filling fill: (UnsafeMutableRawBufferPointer) throws -> Void) rethrows {
    masked = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    pad = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    masked.initializeMemory(as: UInt8.self, repeating: 0)
    try fill(masked)  // where it throws, `deinit` wipes and frees: every stored property has its value by now
    if let base = pad.baseAddress { arc4random_buf(base, count) }
    for index in masked.indices { masked[index] ^= pad[index] }
  }

  deinit {
    for buffer in [masked, pad] {
      Storage.wipe(buffer)
      buffer.deallocate()
    }
  }

  /// Lends the bytes joined again, and wipes them after.
  func reveal<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let plain = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    defer {
      Storage.wipe(plain)
      plain.deallocate()
    }
    reveal(into: plain)
    return try body(UnsafeRawBufferPointer(plain))
  }

  func reveal(into output: UnsafeMutableRawBufferPointer) {
    for index in masked.indices { output[index] = masked[index] ^ pad[index] }
  }

  /// Whether both hold the same; neither is joined for it.
  func equals(_ other: Storage) -> Bool {
    guard count == other.count else { return false }
    var difference: UInt8 = 0
    for index in masked.indices {
      difference |= masked[index] ^ pad[index] ^ other.masked[index] ^ other.pad[index]
    }
    return difference == 0
  }

  private static func wipe(_ buffer: UnsafeMutableRawBufferPointer) {
    if let base = buffer.baseAddress { explicit_bzero(base, buffer.count) }
  }
}
