internal import SessionAPI
internal import SessionModel
internal import WireJSON

/// What docs/openapi.yaml says of lengths and ranges in bodies.
extension Request {
  /// A login's wish.
  func loginWish() throws -> LoginRequestDocument {
    let wish = try json(LoginRequestDocument.init(text:))
    try Request.bound("username", wish.username, 1...256)
    try Request.bound("preferred_challenge", wish.preferredChallenge, 1...64)
    try Request.bound("identity_provider", wish.identityProvider, 1...256)
    try Request.bound("idp_identifier", wish.idpIdentifier, 1...256)
    try Request.bound("login_hint", wish.loginHint, 1...256)
    try Request.bound("lang", wish.lang, 1...64)
    return wish
  }

  /// An answer to a login's step.
  func loginAnswer() throws -> AnswerDocument {
    let document = try json(AnswerDocument.init(text:))
    guard document.step >= 1 else { throw Problem(.invalidRequest, "Member \"step\" must be a step's number, from 1.") }
    guard (document.answer.value?.count ?? 0) <= 32_768 else {
      throw Problem(.invalidRequest, "Member \"value\" is longer than 32768 bytes.")
    }
    try Request.bound("device_name", document.answer.deviceName, 1...256)
    return document
  }

  /// What a keystore is to be opened with.
  func passphrase() throws -> Secret? {
    let document = try json(UnlockDocument.init(text:))
    guard let passphrase = document.passphrase else { return nil }
    guard (1...4096).contains(passphrase.count) else {
      throw Problem(.invalidRequest, "Member \"passphrase\" must have 1 to 4096 bytes. Give one, or leave it out.")
    }
    return passphrase
  }

  /// Refuses any member: for routes that take no body.
  func expectNoMembers() throws {
    try json { try JSONReader.read($0) { try $0.object { name, _ in throw JSONError.unknownMember(name) } } }
  }

  private static func bound(_ member: String, _ value: String?, _ range: ClosedRange<Int>) throws {
    guard let value else { return }
    guard range.contains(value.unicodeScalars.count),
      value.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0 != "\u{7F}" })
    else {
      throw Problem(
        .invalidRequest,
        "Member \"\(member)\" must have \(range.lowerBound) to \(range.upperBound) characters, none a control character."
      )
    }
  }
}
