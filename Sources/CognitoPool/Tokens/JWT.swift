/// Signed tokens in compact form (RFC 7515 §7.1), RS256 only.
enum JWT {
  static func sign(_ claims: [String: JSON], with key: SigningKey) throws -> String {
    let header = JSON.object(["alg": .string("RS256"), "kid": .string(key.kid)])
    let head = Base64URL.encode(try header.encoded())
    let body = Base64URL.encode(try JSON.object(claims).encoded())
    let signature = try key.sign([UInt8]("\(head).\(body)".utf8))
    return "\(head).\(body).\(Base64URL.encode(signature))"
  }

  /// The claims of a token that one of the pool's keys signed; nil for anything else.
  static func verify(_ token: String, keys: PoolKeys) throws -> [String: JSON]? {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let header = object(parts[0]), header["alg"] == .string("RS256"),
      let kid = header["kid"]?.asString, let key = keys.key(kid), let signature = Base64URL.decode(parts[2]),
      try key.verifies([UInt8]("\(parts[0]).\(parts[1])".utf8), signature: signature)
    else { return nil }
    return object(parts[1])
  }

  /// What a token says of itself, unchecked: only to find out whose it is.
  static func unverifiedClaims(_ token: String) -> [String: JSON]? {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 3 ? object(parts[1]) : nil
  }

  private static func object(_ part: Substring) -> [String: JSON]? {
    guard let bytes = Base64URL.decode(part) else { return nil }
    return (try? JSON(parsing: bytes))?.asObject
  }
}
