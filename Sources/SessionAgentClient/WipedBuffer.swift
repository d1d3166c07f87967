internal import CSystemCalls

/// Bytes that grow and are overwritten when they move or go: an answer may hold a token.
struct WipedBuffer: ~Copyable {
  private var storage: UnsafeMutableRawBufferPointer
  private(set) var count = 0

  init(capacity: Int = 4096) {
    storage = .allocate(byteCount: max(capacity, 16), alignment: 16)
  }

  deinit { WipedBuffer.release(storage) }

  /// Lends the bytes for the time of the call.
  func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(rebasing: storage[..<count]))
  }

  /// Appends what `fill` writes into room for `room` bytes; it returns how many it wrote.
  mutating func append(room: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Int) -> Int {
    reserve(room)
    let written = fill(UnsafeMutableRawBufferPointer(rebasing: storage[count..<count + room]))
    count += max(0, written)
    return written
  }

  /// Appends bytes.
  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard !bytes.isEmpty else { return }
    reserve(bytes.count)
    UnsafeMutableRawBufferPointer(rebasing: storage[count...]).copyMemory(from: bytes)
    count += bytes.count
  }

  /// Appends a string's UTF-8.
  mutating func append(_ string: String) {
    var string = string
    string.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  /// Forgets the first bytes.
  mutating func dropFirst(_ number: Int) {
    guard let base = storage.baseAddress, number > 0 else { return }
    base.copyMemory(from: base + number, byteCount: count - number)
    csystem_wipe(base + (count - number), number)
    count -= number
  }

  private mutating func reserve(_ room: Int) {
    guard count + room > storage.count else { return }
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(storage.count * 2, count + room), alignment: 16)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[..<count]))
    WipedBuffer.release(storage)
    storage = larger
  }

  private static func release(_ buffer: UnsafeMutableRawBufferPointer) {
    csystem_wipe(buffer.baseAddress, buffer.count)
    buffer.deallocate()
  }
}
