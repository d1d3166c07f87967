/// An answer's status and the few header fields that a client of the agent needs.
struct HTTPHead {
  /// The status.
  private(set) var status = 0
  /// `Content-Length`, where given.
  private(set) var contentLength: Int?
  /// Whether the body comes in chunks.
  private(set) var isChunked = false
  /// The media type, without parameters.
  private(set) var contentType = ""

  /// How long a head may be.
  static let longest = 64 * 1024

  /// Where the head in these bytes ends; nil where it has not yet.
  static func end(in bytes: UnsafeRawBufferPointer) -> Int? {
    guard bytes.count >= 4 else { return nil }
    for index in 3..<bytes.count
    where bytes[index] == 0x0A && bytes[index - 1] == 0x0D && bytes[index - 2] == 0x0A && bytes[index - 3] == 0x0D {
      return index + 1
    }
    return nil
  }

  /// Parses a head.
  ///
  /// - Throws: `ClientError.malformedAnswer`.
  init(_ bytes: UnsafeRawBufferPointer) throws(ClientError) {
    var rest = bytes[...]
    let first = HTTPHead.takeLine(&rest)
    let digits = first.dropFirst("HTTP/1.1 ".utf8.count).prefix { $0 != UInt8(ascii: " ") }
    guard first.starts(with: "HTTP/1.".utf8), let status = Int(String(decoding: digits, as: UTF8.self)),
      (100...599).contains(status)
    else { throw .malformedAnswer("it does not begin with an HTTP/1.1 status line.") }
    self.status = status
    while !rest.isEmpty {
      let line = HTTPHead.takeLine(&rest)
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
      let value = line[(colon + 1)...].drop { $0 == UInt8(ascii: " ") }
      try take(String(decoding: line[..<colon], as: UTF8.self).lowercased(), String(decoding: value, as: UTF8.self))
    }
  }

  /// The next line without its end.
  private static func takeLine(_ rest: inout Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
    let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
    let line = rest[..<end]
    rest = rest[end...].dropFirst()
    return line.last == UInt8(ascii: "\r") ? line.dropLast() : line
  }

  private mutating func take(_ name: String, _ value: String) throws(ClientError) {
    switch name {
    case "content-length":
      guard let length = Int(value), length >= 0 else { throw .malformedAnswer("its Content-Length is no number.") }
      contentLength = length
    case "transfer-encoding": isChunked = value.lowercased() == "chunked"
    case "content-type":
      contentType = value.prefix { $0 != ";" }.lowercased()
    default: return
    }
  }
}
