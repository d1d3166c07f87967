internal import SessionModel

/// A request's target, taken apart: an absolute path and a query (RFC 9112 §3.2.1).
struct RequestTarget {
  /// The path's segments, each percent-decoded once; `/` and NUL are in none.
  private(set) var path: [String] = []
  /// The query's parameters, each at most once.
  private(set) var query: [String: String] = [:]

  /// Takes it apart.
  ///
  /// - Throws: `Problem` (`invalid_request`) where it is not a plain path and query.
  init(_ text: String) throws {
    var text = text
    try text.withUTF8 { try read($0) }
  }

  private mutating func read(_ text: UnsafeBufferPointer<UInt8>) throws {
    guard text.first == UInt8(ascii: "/") else { throw Problem(.invalidRequest, "The request target is not a path.") }
    let end = text.firstIndex(of: UInt8(ascii: "?")) ?? text.count
    path.reserveCapacity(4)
    for segment in RequestTarget.split(text[1..<end], at: "/") {
      path.append(try RequestTarget.decode(segment, plusIsSpace: false))
    }
    guard end < text.count else { return }
    for pair in RequestTarget.split(text[(end + 1)...], at: "&") where !pair.isEmpty { try add(pair) }
  }

  private mutating func add(_ pair: Slice<UnsafeBufferPointer<UInt8>>) throws {
    let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
    let name = try RequestTarget.decode(pair[..<equals], plusIsSpace: true)
    let value = try RequestTarget.decode(pair[equals...].dropFirst(), plusIsSpace: true)
    guard query.updateValue(value, forKey: name) == nil else {
      throw Problem(.invalidRequest, "Query parameter \"\(name)\" is given twice.")
    }
  }

  private static func split(
    _ text: Slice<UnsafeBufferPointer<UInt8>>, at separator: Unicode.Scalar
  ) -> [Slice<UnsafeBufferPointer<UInt8>>] {
    text.split(separator: UInt8(ascii: separator), omittingEmptySubsequences: false)
  }

  /// One percent-decoding (RFC 3986 §2.1). An encoded `/` or NUL is refused, so that no name means two things.
  private static func decode(_ text: Slice<UnsafeBufferPointer<UInt8>>, plusIsSpace: Bool) throws -> String {
    let isPlain = text.allSatisfy { $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "+") && $0 < 0x80 }
    if isPlain { return String(decoding: UnsafeBufferPointer(rebasing: text), as: UTF8.self) }
    guard let decoded = String(validating: try bytes(text, plusIsSpace), as: UTF8.self) else {
      throw Problem(.invalidRequest, "The request target is not UTF-8.")
    }
    return decoded
  }

  private static func bytes(_ text: Slice<UnsafeBufferPointer<UInt8>>, _ plusIsSpace: Bool) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16),
          rest.prefix(2).allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") })
        else { throw Problem(.invalidRequest, "The request target has a broken percent-encoding.") }
        guard value != 0, value != UInt8(ascii: "/") || plusIsSpace else {
          throw Problem(.invalidRequest, "The request target has an encoded / or NUL.")
        }
        bytes.append(value)
        rest = rest.dropFirst(2)
      default: bytes.append(byte)
      }
    }
    return bytes
  }
}
