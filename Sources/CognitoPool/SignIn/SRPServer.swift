import Foundation

/// The salt and verifier that stand for a password.
struct PasswordVerifier: Codable, Sendable, Equatable {
  /// Minimal lower-case hexadecimal, as on the wire.
  let salt: String
  let verifier: String

  init(salt: String, verifier: String) {
    self.salt = salt
    self.verifier = verifier
  }

  /// The verifier of `password` for this identity; salt as 16 random bytes.
  init(password: String, identity: SRPIdentity, salt: [UInt8]) throws {
    let group = try SRPGroup()
    let salt = try BigNumber(bytes: salt)
    let x = try identity.x(password: password, salt: salt)
    self.init(salt: salt.hex, verifier: try group.modulus.power(group.generator, x).hex)
  }

  /// Whether `password` is the one, for the flows that send it.
  func matches(_ password: String, identity: SRPIdentity) throws -> Bool {
    guard let salt = try BigNumber(hex: salt) else { throw CryptoFailure(call: "BN_hex2bn") }
    let group = try SRPGroup()
    let x = try identity.x(password: password, salt: salt)
    return Digest.equal(try group.modulus.power(group.generator, x).hex, verifier)
  }
}

/// Whom a proof is about: the pool's name (its id after `_`) and the real username.
struct SRPIdentity: Codable, Sendable, Equatable {
  let realm: String
  let name: String

  func x(password: String, salt: BigNumber) throws -> BigNumber {
    let inner = try Digest.sha256([UInt8]("\(realm)\(name):\(password)".utf8))
    return try BigNumber(bytes: try Digest.sha256(salt.signedBytes + inner))
  }
}

/// The server's half of one SRP exchange.
struct SRPServer {
  let group: SRPGroup
  let verifier: BigNumber
  let privateKey: BigNumber
  let publicKey: BigNumber

  /// B = k·v + g^b mod N; nil when that is zero, or the verifier is not hexadecimal.
  init?(verifier hex: String, privateKey: [UInt8]) throws {
    group = try SRPGroup()
    guard let verifier = try BigNumber(hex: hex) else { return nil }
    self.verifier = verifier
    self.privateKey = try BigNumber(bytes: privateKey)
    let masked = try group.modulus.multiply(group.k, verifier)
    publicKey = try group.modulus.add(masked, try group.modulus.power(group.generator, self.privateKey))
    if publicKey.isZero { return nil }
  }

  /// A as the client sent it, or nil when it is no number or zero modulo N.
  func clientKey(_ hex: String) throws -> BigNumber? {
    guard let key = try BigNumber(hex: hex), !(try group.modulus.reduce(key).isZero) else { return nil }
    return key
  }

  func scrambler(_ clientKey: BigNumber) throws -> BigNumber {
    try BigNumber(bytes: try Digest.sha256(clientKey.signedBytes + publicKey.signedBytes))
  }

  /// S = (A · v^u)^b mod N.
  func premaster(_ clientKey: BigNumber) throws -> BigNumber {
    let raised = try group.modulus.power(verifier, try scrambler(clientKey))
    let base = try group.modulus.multiply(try group.modulus.reduce(clientKey), raised)
    return try group.modulus.power(base, privateKey)
  }

  /// The 16 bytes that sign the claim: HKDF-SHA256 (RFC 5869) with Cognito's info.
  func claimKey(_ clientKey: BigNumber) throws -> [UInt8] {
    let salt = try scrambler(clientKey).signedBytes
    let extracted = try Digest.hmacSHA256(key: salt, try premaster(clientKey).signedBytes)
    let expanded = try Digest.hmacSHA256(key: extracted, [UInt8]("Caldera Derived Key".utf8) + [1])
    return Array(expanded.prefix(16))
  }

  func signature(
    _ clientKey: BigNumber, identity: SRPIdentity, secretBlock: [UInt8], timestamp: String
  ) throws -> [UInt8] {
    let message =
      [UInt8](identity.realm.utf8) + [UInt8](identity.name.utf8) + secretBlock + [UInt8](timestamp.utf8)
    return try Digest.hmacSHA256(key: try claimKey(clientKey), message)
  }
}
