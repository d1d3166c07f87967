internal import SessionCrypto
internal import SessionModel
internal import WireJSON

/// A compact JWS with a JSON payload (RFC 7515 §7.1, RFC 7519), parsed and not checked.
struct JSONWebToken {
  /// `alg`.
  let algorithm: String
  /// `kid`.
  let keyID: String?
  /// What is signed: the first two parts with their dot.
  let signingInput: Secret
  /// The signature.
  let signature: [UInt8]
  /// The payload as sent: a JSON object.
  let payload: [UInt8]
  /// The payload, parsed.
  let claims: JSONValue

  init(_ token: Secret) throws(TokenError) {
    let parts = token.withRevealedBytes { bytes in
      bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        .map { Secret(copying: UnsafeRawBufferPointer(rebasing: $0)) }
    }
    guard parts.count == 3, let header = Base64.decode(parts[0], .url), let payload = Base64.decode(parts[1], .url),
      let signature = Base64.decode(parts[2], .url), !signature.isEmpty,
      let head = JSONWebToken.object(header), let claims = JSONWebToken.object(payload),
      let algorithm = head["alg"]?.string
    else { throw .malformed }
    // RFC 7515 §4.1.11: an extension that must be understood, and is not.
    guard head["crit"] == nil else { throw .malformed }
    self.algorithm = algorithm
    keyID = head["kid"]?.string
    self.claims = claims
    self.payload = payload.withRevealedBytes { Array($0) }
    self.signature = signature.withRevealedBytes { Array($0) }
    let signedCount = parts[0].count + 1 + parts[1].count
    signingInput = token.withRevealedBytes { Secret(copying: UnsafeRawBufferPointer(rebasing: $0[..<signedCount])) }
  }

  private static func object(_ bytes: Secret) -> JSONValue? {
    let value = try? bytes.withRevealedBytes { try JSONReader.read($0) { try $0.value() } }
    guard case .object? = value else { return nil }
    return value
  }

  /// A claim that must be a string.
  func string(_ claim: String) throws(TokenError) -> String {
    guard let value = claims[claim]?.string, !value.isEmpty else { throw .missingClaim(claim) }
    return value
  }

  /// A claim that must be a time (NumericDate, RFC 7519 §2).
  func time(_ claim: String) throws(TokenError) -> Timestamp {
    let seconds: Double
    switch claims[claim] {
    case .integer(let value)?: seconds = Double(value)
    case .double(let value)?: seconds = value
    case .null?, .bool?, .string?, .secret?, .array?, .object?, nil: throw .missingClaim(claim)
    }
    guard (0...253_402_300_799).contains(seconds) else { throw .missingClaim(claim) }
    return Timestamp(milliseconds: Int64(seconds * 1000))
  }
}
