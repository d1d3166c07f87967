internal import SessionCrypto
internal import SessionModel
internal import WireJSON

/// What the two operations answer that set an authenticator app up, while signing in or after it.
struct SoftwareTokenAnswer {
  /// The shared secret in base32.
  var secret: Secret
  /// The session to go on with, where one is signing in.
  var session: Secret?

  /// Reads the answer of AssociateSoftwareToken.
  init(association answer: ServiceAnswer) throws(ProviderFailure) {
    var secret: Secret?
    var session: Secret?
    try answer.read { name, value in
      switch name {
      case "SecretCode": secret = try value.secret()
      case "Session": session = try value.null() ? nil : value.secret()
      default: try value.skip()
      }
    }
    guard let secret, !secret.isEmpty else { throw answer.unusable() }
    self.secret = secret
    self.session = session
  }

  /// Reads the answer of VerifySoftwareToken: the session to go on with, where one is signing in.
  ///
  /// - Throws: `wrong_code` where the status is not success.
  static func sessionAfter(verification answer: ServiceAnswer) throws(ProviderFailure) -> Secret? {
    var status: String?
    var session: Secret?
    try answer.read { name, value in
      switch name {
      case "Status": status = try value.string()
      case "Session": session = try value.null() ? nil : value.secret()
      default: try value.skip()
      }
    }
    guard status == "SUCCESS" else { throw .refused(.wrongCode, "The code is wrong. Try again.") }
    return session
  }
}

/// `otpauth://totp/ISSUER:ACCOUNT?secret=…&issuer=ISSUER` (the Key URI format of authenticator apps).
enum OTPAuthURI {
  static func make(secret: Secret, issuer: String, account: String) -> Secret {
    let issuer = percentEncoded(issuer)
    return Secret(joining: [
      Secret(copyingUTF8: "otpauth://totp/\(issuer):\(percentEncoded(account))?secret="), secret,
      Secret(copyingUTF8: "&issuer=\(issuer)"),
    ])
  }

  /// All but the unreserved characters of RFC 3986 §2.3 as `%XX`.
  private static func percentEncoded(_ text: String) -> String {
    text.utf8.map { byte in
      let scalar = Unicode.Scalar(byte)
      let isPlain = byte < 0x80 && (scalar.properties.isAlphabetic || "0123456789-._~".utf8.contains(byte))
      return isPlain ? String(scalar) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
  }
}
