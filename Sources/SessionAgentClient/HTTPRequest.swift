internal import CSystemCalls
package import WireJSON

/// A request to the agent (RFC 9112). One a connection, so that a connection that carried a secret is closed.
package struct HTTPRequest {
  /// The method.
  package var method: String
  /// Path segments, each percent-encoded when written.
  package var path: [String]
  /// Query parameters, in order.
  package var query: [(String, String)] = []
  /// The JSON body.
  package var body: JSONValue?
  /// More header lines, without their end.
  package var headers: [String] = []
  /// How long the whole exchange may take.
  package var timeoutSeconds: Int64 = 30

  /// A request without body.
  package init(_ method: String, _ path: String...) {
    self.method = method
    self.path = path
  }

  /// With a query parameter where there is a value.
  package func adding(_ name: String, _ value: String?) -> HTTPRequest {
    guard let value else { return self }
    var request = self
    request.query.append((name, value))
    return request
  }

  /// With a body.
  package func sending(_ body: JSONValue) -> HTTPRequest {
    var request = self
    request.body = body
    return request
  }

  /// With another timeout.
  package func within(seconds: Int64) -> HTTPRequest {
    var request = self
    request.timeoutSeconds = seconds
    return request
  }

  /// The request as it is sent.
  func write(to buffer: inout WipedBuffer) {
    let parameters = query.map { "\(HTTPRequest.encode($0.0))=\(HTTPRequest.encode($0.1))" }.joined(separator: "&")
    let target = path.map { "/" + HTTPRequest.encode($0) }.joined() + (parameters.isEmpty ? "" : "?" + parameters)
    buffer.append("\(method) /v1\(target) HTTP/1.1\r\nHost: agent\r\nConnection: close\r\n")
    for header in headers { buffer.append(header + "\r\n") }
    guard let body else {
      buffer.append(method == "GET" ? "\r\n" : "Content-Length: 0\r\n\r\n")
      return
    }
    // Room enough that an answer or passphrase is written once and never moved; then it is overwritten.
    var text: [UInt8] = []
    text.reserveCapacity(32 * 1024)
    body.write(to: &text)
    buffer.append("Content-Type: application/json\r\nContent-Length: \(text.count)\r\n\r\n")
    text.withUnsafeMutableBytes { bytes in
      buffer.append(UnsafeRawBufferPointer(bytes))
      csystem_wipe(bytes.baseAddress, bytes.count)
    }
  }

  /// Percent-encodes everything that is not unreserved (RFC 3986 §2.3).
  package static func encode(_ text: String) -> String {
    var output = ""
    for byte in text.utf8 {
      let character = Character(Unicode.Scalar(byte))
      if byte < 0x80, character.isLetter || character.isNumber || "-._~".contains(character) {
        output.append(character)
      } else {
        output += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return output
  }
}
