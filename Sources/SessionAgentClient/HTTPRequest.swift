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
    buffer.append(method + " /v1")
    for segment in path { buffer.append("/" + HTTPRequest.encode(segment)) }
    for (index, parameter) in query.enumerated() {
      buffer.append((index == 0 ? "?" : "&") + HTTPRequest.encode(parameter.0) + "=" + HTTPRequest.encode(parameter.1))
    }
    buffer.append(" HTTP/1.1\r\nHost: agent\r\nConnection: close\r\n")
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
    if text.utf8.allSatisfy(isUnreserved) { return text }
    var output = ""
    for byte in text.utf8 {
      if isUnreserved(byte) {
        output.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        output += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return output
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "~"):
      true
    default: false
    }
  }
}
