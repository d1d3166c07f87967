package import SessionCrypto

/// Why no SRP proof is made. A proof for a value that is not checked would help whoever sent it.
package enum SRPError: Error, Hashable {
  /// A parameter of the challenge is missing or not of its form.
  case malformed(String)
  /// B is a multiple of N: the key would not depend on the password.
  case serverValueIsZero
  /// u is zero: the key would not depend on the password.
  case scramblerIsZero
  /// OpenSSL did not do its work.
  case crypto(DigestError)
}

extension SRPError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .malformed(let name): "The provider's SRP challenge has no usable \(name)."
    case .serverValueIsZero: "The provider's SRP value B is a multiple of the group's prime: no proof is sent for it."
    case .scramblerIsZero: "The SRP values give u = 0: no proof is sent for them."
    case .crypto(let error): error.description
    }
  }
}
