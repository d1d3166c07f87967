internal import SessionCrypto
internal import SessionModel

/// What a pool is given to know a new device by (`DeviceSecretVerifierConfigType`): never the device's password.
struct DeviceVerifier {
  /// `PasswordVerifier`: base64 of g^x mod N, padded.
  var passwordVerifier: String
  /// `Salt`: base64 of the salt, padded.
  var salt: String

  /// The verifier of a device's password with that salt.
  init(_ device: RememberedDevice, salt: Secret) throws(SRPError) {
    let exponent = try SRPExchange.privateKey(
      realm: device.groupKey, identity: device.key, password: device.password, salt: salt)
    let verifier = try SRPError.wrapping { () throws(DigestError) in
      try SRPGroup.generator().modularPower(BigNumber(bigEndian: exponent), modulo: SRPGroup.modulus()).bigEndian()
    }
    passwordVerifier = Base64.encode(SRPHex.padded(verifier)).revealString()
    self.salt = Base64.encode(SRPHex.padded(salt)).revealString()
  }
}

extension RememberedDevice {
  /// A new device of these keys, with a password of its own: 40 random bytes in base64.
  static func drawn(key: String, groupKey: String, random: any RandomSource) -> RememberedDevice {
    RememberedDevice(key: key, groupKey: groupKey, password: Base64.encode(Secret(copying: random.bytes(40))))
  }
}
