internal import SessionCrypto
package import SessionModel

/// The arithmetic of one SRP exchange, for a user or a remembered device.
///
/// The realm is the pool's name and the identity USER_ID_FOR_SRP, or the device group's key and the device's.
package struct SRPExchange {
  var realm: String
  var identity: String
  var keys: SRPKeyPair

  /// An exchange with these keys.
  package init(realm: String, identity: String, keys: SRPKeyPair) {
    self.realm = realm
    self.identity = identity
    self.keys = keys
  }

  /// The signature that proves the password (`PASSWORD_CLAIM_SIGNATURE`), in base64.
  package func claim(
    password: Secret, challenge: SRPChallenge, timestamp: String
  ) throws(SRPError) -> Secret {
    let key = try sharedKey(password: password, challenge: challenge)
    return try SRPError.wrapping { () throws(DigestError) in
      Base64.encode(
        try HMAC.sha256(
          key: key,
          [
            Secret(copyingUTF8: realm), Secret(copyingUTF8: identity), challenge.secretBlock,
            Secret(copyingUTF8: timestamp),
          ]))
    }
  }

  /// The 16-byte key: HKDF of S, salted with u. RFC 5869's own counter is the `01` that some clients append to `info`.
  func sharedKey(password: Secret, challenge: SRPChallenge) throws(SRPError) -> Secret {
    let scrambler = try scrambler(serverValue: challenge.serverValue)
    let exponent = try SRPExchange.privateKey(
      realm: realm, identity: identity, password: password, salt: challenge.salt)
    let shared = try sharedSecret(serverValue: challenge.serverValue, scrambler: scrambler, privateKey: exponent)
    return try SRPError.wrapping { () throws(DigestError) in
      try HKDF.sha256(
        inputKey: SRPHex.padded(shared), salt: SRPHex.padded(scrambler), info: "Caldera Derived Key", count: 16)
    }
  }

  /// u = SHA256(PAD(A) || PAD(B)).
  func scrambler(serverValue: Secret) throws(SRPError) -> Secret {
    let digest = try SRPError.wrapping { () throws(DigestError) in
      try SHA256.hash(SRPHex.padded(keys.publicValue), SRPHex.padded(serverValue))
    }
    guard digest.withRevealedBytes({ $0.contains { $0 != 0 } }) else { throw .scramblerIsZero }
    return digest
  }

  /// x = SHA256(PAD(salt) || SHA256(realm identity ":" password)).
  static func privateKey(
    realm: String, identity: String, password: Secret, salt: Secret
  ) throws(SRPError) -> Secret {
    try SRPError.wrapping { () throws(DigestError) in
      let inner = try SHA256.hash(Secret(copyingUTF8: realm + identity + ":"), password)
      return try SHA256.hash(SRPHex.padded(salt), inner)
    }
  }

  /// S = (B - k g^x)^(a + u x) mod N.
  func sharedSecret(serverValue: Secret, scrambler: Secret, privateKey: Secret) throws(SRPError) -> Secret {
    do throws(DigestError) {
      let modulus = try SRPGroup.modulus()
      let x = try BigNumber(bigEndian: privateKey)
      let u = try BigNumber(bigEndian: scrambler)
      let a = try BigNumber(bigEndian: keys.secret)
      let verifier = try SRPGroup.generator().modularPower(x, modulo: modulus)
      let masked = try SRPGroup.multiplier().multiplied(by: verifier, modulo: modulus)
      let base = try BigNumber(bigEndian: serverValue).subtracting(masked, modulo: modulus)
      let product = try u.multiplied(by: x)
      let exponent = try a.adding(product)
      return try base.modularPower(exponent, modulo: modulus).bigEndian()
    } catch {
      throw .crypto(error)
    }
  }
}

extension SRPError {
  static func wrapping<Result>(_ body: () throws(DigestError) -> Result) throws(SRPError) -> Result {
    do throws(DigestError) { return try body() } catch { throw .crypto(error) }
  }
}
