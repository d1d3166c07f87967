internal import NIOCore
internal import SessionModel

/// Writes the answer to a token request straight from guarded memory; the shape is `TokenDocument`'s.
enum TokenBody {
  static func write(
    _ token: Token, type: TokenType, session: SessionRecord, secondsLeft: Int64, stale: Bool,
    to buffer: inout ByteBuffer
  ) {
    buffer.writeStaticString("{\"token\":\"")
    token.value.withRevealedBytes { bytes in
      // A compact JWT needs no escaping; an opaque token (RFC 6749 §A.12) may hold a quote or a backslash.
      if bytes.contains(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
        for byte in bytes {
          if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { buffer.writeInteger(UInt8(ascii: "\\")) }
          buffer.writeInteger(byte)
        }
      } else {
        buffer.writeBytes(bytes)
      }
    }
    buffer.writeStaticString("\",\"token_type\":\"Bearer\",\"type\":\"")
    buffer.writeString(type.rawValue)
    buffer.writeStaticString("\",\"expires_at\":\"")
    buffer.writeString(token.expiresAt.description)
    buffer.writeStaticString("\",\"expires_in\":")
    buffer.writeString(String(max(secondsLeft, 0)))
    buffer.writeStaticString(",\"generation\":")
    buffer.writeString(String(session.generation.rawValue))
    buffer.writeStaticString(",\"session\":\"")
    buffer.writeString(session.name.rawValue)
    buffer.writeStaticString(stale ? "\",\"stale\":true}" : "\",\"stale\":false}")
  }
}
