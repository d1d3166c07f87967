internal import SessionCrypto
internal import SessionModel

/// The server's half of an exchange (`PASSWORD_VERIFIER`, `DEVICE_PASSWORD_VERIFIER`), read and checked.
package struct SRPChallenge {
  /// B, big-endian, not a multiple of N.
  let serverValue: Secret
  /// The salt, big-endian.
  let salt: Secret
  /// SECRET_BLOCK, decoded: what the proof is over.
  let secretBlock: Secret
  /// SECRET_BLOCK as received: what is sent back.
  let secretBlockText: String

  /// Reads SALT, SRP_B and SECRET_BLOCK.
  package init(parameters: [String: String]) throws(SRPError) {
    guard let server = parameters["SRP_B"].flatMap(SRPHex.bytes) else { throw .malformed("SRP_B") }
    guard let salt = parameters["SALT"].flatMap(SRPHex.bytes) else { throw .malformed("SALT") }
    // AWS's own clients take the URL alphabet, too, and there are services that use it.
    guard let text = parameters["SECRET_BLOCK"], !text.isEmpty,
      let block = Base64.decode(text) ?? Base64.decode(text, .url)
    else { throw .malformed("SECRET_BLOCK") }
    serverValue = Secret(copying: server)
    self.salt = Secret(copying: salt)
    secretBlock = Secret(copying: block)
    secretBlockText = text
    guard server.count <= 2 * SRPGroup.prime.count else { throw .malformed("SRP_B") }
    let isMultiple = try SRPChallenge.isMultipleOfPrime(serverValue)
    guard !isMultiple else { throw .serverValueIsZero }
  }

  private static func isMultipleOfPrime(_ value: Secret) throws(SRPError) -> Bool {
    do throws(DigestError) {
      let modulus = try SRPGroup.modulus()
      return try BigNumber(bigEndian: value).modulo(modulus).isZero
    } catch {
      throw .crypto(error)
    }
  }
}
