internal import Glibc
internal import NIOCore
internal import SessionModel

/// Writes the answer to a token request straight from guarded memory; the shape is `TokenDocument`'s.
enum TokenBody {
  static func write(
    _ token: Token, type: TokenType, session: SessionName, generation: Generation, secondsLeft: Int64, stale: Bool,
    to buffer: inout ByteBuffer
  ) {
    buffer.writeStaticString("{\"token\":\"")
    write(token.value, to: &buffer)
    switch type {
    case .access: buffer.writeStaticString("\",\"token_type\":\"Bearer\",\"type\":\"access\",\"expires_at\":\"")
    case .id: buffer.writeStaticString("\",\"token_type\":\"Bearer\",\"type\":\"id\",\"expires_at\":\"")
    }
    buffer.writeString(token.expiresAt.description)
    buffer.writeStaticString("\",\"expires_in\":")
    buffer.writeString(String(max(secondsLeft, 0)))
    buffer.writeStaticString(",\"generation\":")
    buffer.writeString(String(generation.rawValue))
    buffer.writeStaticString(",\"session\":\"")
    buffer.writeString(session.rawValue)
    buffer.writeStaticString(stale ? "\",\"stale\":true}" : "\",\"stale\":false}")
  }
  private static func write(_ token: Secret, to buffer: inout ByteBuffer) {
    let start = buffer.writerIndex
    buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: token.count) { room in
      token.reveal(into: UnsafeMutableRawBufferPointer(rebasing: room[..<token.count]))
      return token.count
    }
    // A compact JWT needs no escaping; an opaque token (RFC 6749 §A.12) may hold a quote or a backslash.
    let needsEscaping = buffer.withUnsafeReadableBytes { bytes in
      guard let written = bytes.baseAddress.map({ $0 + start - buffer.readerIndex }) else { return false }
      return memchr(written, CInt(UInt8(ascii: "\"")), token.count) != nil
        || memchr(written, CInt(UInt8(ascii: "\\")), token.count) != nil
    }
    guard needsEscaping else { return }
    buffer.moveWriterIndex(to: start)
    token.withRevealedBytes { bytes in
      for byte in bytes {
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { buffer.writeInteger(UInt8(ascii: "\\")) }
        buffer.writeInteger(byte)
      }
    }
  }
}
