/// Takes the body out of an answer's bytes as they arrive (RFC 9112 §6, §7.1).
struct HTTPBody {
  private enum State {
    case remaining(Int)
    case untilClose
    case chunkSize(Int, digits: Int)
    case chunkExtension(Int)
    case chunkData(Int)
    case chunkEnd
    case trailer(lineLength: Int)
    case done
  }

  private var state: State

  /// The body that an answer's head announces.
  init(_ head: HTTPHead) {
    if head.isChunked {
      state = .chunkSize(0, digits: 0)
    } else if head.status == 204 || head.status == 304 {
      state = .done
    } else if let length = head.contentLength {
      state = length == 0 ? .done : .remaining(length)
    } else {
      state = .untilClose
    }
  }

  /// Whether all of it has come.
  var isComplete: Bool {
    if case .done = state { return true }
    return false
  }

  /// Whether it may end with the connection.
  var endsWithConnection: Bool {
    if case .untilClose = state { return true }
    return false
  }

  /// Appends the body's part of what has arrived.
  ///
  /// - Throws: `ClientError.malformedAnswer`.
  mutating func take(_ bytes: UnsafeRawBufferPointer, into body: inout WipedBuffer) throws(ClientError) {
    var position = 0
    while position < bytes.count {
      switch state {
      case .done: return
      case .untilClose: position += append(bytes, from: position, atMost: Int.max, to: &body)
      case .remaining(let left):
        let taken = append(bytes, from: position, atMost: left, to: &body)
        position += taken
        state = taken == left ? .done : .remaining(left - taken)
      case .chunkData(let left):
        let taken = append(bytes, from: position, atMost: left, to: &body)
        position += taken
        state = taken == left ? .chunkEnd : .chunkData(left - taken)
      case .chunkSize, .chunkExtension, .chunkEnd, .trailer:
        try takeFraming(bytes[position])
        position += 1
      }
    }
  }

  private func append(
    _ bytes: UnsafeRawBufferPointer, from position: Int, atMost limit: Int, to body: inout WipedBuffer
  ) -> Int {
    let taken = min(limit, bytes.count - position)
    body.append(UnsafeRawBufferPointer(rebasing: bytes[position..<position + taken]))
    return taken
  }

  private mutating func takeFraming(_ byte: UInt8) throws(ClientError) {
    let newline = UInt8(ascii: "\n")
    switch state {
    case .chunkSize(let size, let digits):
      if let digit = HTTPBody.hexadecimal(byte), digits < 7 {
        state = .chunkSize(size << 4 | digit, digits: digits + 1)
      } else if digits > 0, byte == UInt8(ascii: "\r") || byte == UInt8(ascii: ";") {
        state = .chunkExtension(size)
      } else {
        throw .malformedAnswer("a chunk's size is no hexadecimal number.")
      }
    case .chunkExtension(let size):
      if byte == newline { state = size == 0 ? .trailer(lineLength: 0) : .chunkData(size) }
    case .chunkEnd:
      if byte == newline { state = .chunkSize(0, digits: 0) }
    case .trailer(let length):
      if byte == newline {
        state = length == 0 ? .done : .trailer(lineLength: 0)
      } else if byte != UInt8(ascii: "\r") {
        state = .trailer(lineLength: length + 1)
      }
    case .remaining, .untilClose, .chunkData, .done: break
    }
  }

  private static func hexadecimal(_ byte: UInt8) -> Int? {
    switch byte {
    case 0x30...0x39: Int(byte - 0x30)
    case 0x41...0x46: Int(byte - 0x41 + 10)
    case 0x61...0x66: Int(byte - 0x61 + 10)
    default: nil
    }
  }
}
