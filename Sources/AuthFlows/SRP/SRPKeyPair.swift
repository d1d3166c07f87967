internal import SessionCrypto
package import SessionModel

/// The client's half of an exchange: a, drawn anew for each attempt, and A = g^a mod N.
package struct SRPKeyPair {
  /// a.
  let secret: Secret
  /// A, big-endian.
  let publicValue: Secret

  /// The half for a given a.
  ///
  /// - Throws: `SRPError.malformed` where A is zero, which a random a never gives.
  package init(secret: Secret) throws(SRPError) {
    self.secret = secret
    do throws(DigestError) {
      let modulus = try SRPGroup.modulus()
      let exponent = try BigNumber(bigEndian: secret)
      publicValue = try SRPGroup.generator().modularPower(exponent, modulo: modulus).bigEndian()
    } catch {
      throw .crypto(error)
    }
    guard !publicValue.isEmpty else { throw .malformed("SRP_A") }
  }

  /// A new half; a has 256 bits, twice the group's strength.
  init(random: any RandomSource) throws(SRPError) {
    var bytes = random.bytes(32)
    defer { bytes.withUnsafeMutableBytes { _ = $0.initializeMemory(as: UInt8.self, repeating: 0) } }
    try self.init(secret: Secret(copying: bytes))
  }

  /// A as `SRP_A` has it.
  var wire: String { SRPHex.minimal(publicValue) }
}
