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
    let lines = bytes.split(separator: 0x0A).map { String(decoding: $0.filter { $0 != 0x0D }, as: UTF8.self) }
    let words = lines.first?.split(separator: " ") ?? []
    guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]), (100...599).contains(status)
    else { throw .malformedAnswer("it does not begin with an HTTP/1.1 status line.") }
    self.status = status
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      try take(line[..<colon].lowercased(), String(value))
    }
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
