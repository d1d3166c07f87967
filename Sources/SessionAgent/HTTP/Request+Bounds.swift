internal import NIOCore
internal import SessionAPI
internal import SessionModel
internal import SessionStore
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
    // No control character: two of them become header fields.
    try Request.bound("access_key_id", wish.awsCredentials?.accessKeyID, 1...128)
    try Request.bound("secret_access_key", text: wish.awsCredentials?.secretAccessKey, 1...256)
    try Request.bound("session_token", text: wish.awsCredentials?.sessionToken, 1...8192)
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

  /// How a keystore is to be opened: one of the ways.
  func unlockWish() throws -> UnlockDocument {
    let wish = try json(UnlockDocument.init(text:))
    try Request.bound("passphrase", wish.passphrase, 1...4096)
    try Request.bound("pin", wish.pin, 1...32)
    let given = ["passphrase": wish.passphrase != nil, "pin": wish.pin != nil, "pinentry": wish.pinentry != nil]
    let members = given.filter(\.value).keys.sorted()
    guard members.count < 2 else {
      throw Problem(.invalidRequest, "Members \"\(members[0])\" and \"\(members[1])\" exclude each other.")
    }
    guard let place = wish.pinentry else { return wish }
    for (name, value) in place.members { try Request.bound(name, value, 1...512) }
    guard place.ttyName?.hasPrefix("/dev/") != false else {
      throw Problem(.invalidRequest, "Member \"ttyname\" must be a device below /dev/.")
    }
    return wish
  }

  /// What a new key needs.
  func rekeyWish() throws -> UnlockDocument {
    let wish = try json(UnlockDocument.init(text:))
    guard wish.pinentry == nil else { throw Problem(.invalidRequest, "Member \"pinentry\" is not known here.") }
    try Request.bound("passphrase", wish.passphrase, 1...4096)
    try Request.bound("pin", wish.pin, 1...32)
    return wish
  }

  /// What is asked of a slot that is to be made.
  func slot(_ source: KeySourceName) throws -> SlotRequest {
    let document = try json(SlotRequestDocument.init(text:))
    let given = [
      "passphrase": document.passphrase != nil, "pin": document.pin != nil, "path": document.path != nil,
      "name": document.name != nil,
    ]
    let own = Request.member(of: source)
    if let other = given.keys.sorted().first(where: { given[$0] == true && $0 != own }) {
      throw Problem(.invalidRequest, "Member \"\(other)\" is not known for a \(source.rawValue) slot.")
    }
    try Request.bound("passphrase", document.passphrase, 1...4096)
    try Request.bound("pin", document.pin, 1...32)
    try Request.bound("path", document.path, 2...4096)
    try Request.bound("name", document.name, 1...255)
    switch source {
    case .secretService: return .secretService
    case .passphrase:
      guard let passphrase = document.passphrase else {
        throw Problem(.invalidRequest, "Member \"passphrase\" is missing.")
      }
      return .passphrase(passphrase)
    case .systemdCredential: return .systemdCredential(name: document.name)
    case .tpm2: return .tpm2(pin: document.pin)
    case .keyfile: return .keyfile(path: document.path)
    }
  }

  private static func member(of source: KeySourceName) -> String? {
    switch source {
    case .secretService: nil
    case .passphrase: "passphrase"
    case .systemdCredential: "name"
    case .tpm2: "pin"
    case .keyfile: "path"
    }
  }

  /// Refuses any member: for routes that take no body.
  func expectNoMembers() throws {
    guard body.readableBytes > 0 else { return }
    try json { try JSONReader.read($0) { try $0.object { name, _ in throw JSONError.unknownMember(name) } } }
  }

  static func bound(_ member: String, _ value: Secret?, _ range: ClosedRange<Int>) throws {
    guard let value, !range.contains(value.count) else { return }
    throw Problem(
      .invalidRequest, "Member \"\(member)\" must have \(range.lowerBound) to \(range.upperBound) bytes.")
  }

  static func bound(_ member: String, _ value: String?, _ range: ClosedRange<Int>) throws {
    if let value { try check(member, value.utf8, range) }
  }

  /// As a string's, without a copy of it.
  private static func bound(_ member: String, text value: Secret?, _ range: ClosedRange<Int>) throws {
    try value?.withRevealedBytes { try check(member, $0, range) }
  }

  private static func check(_ member: String, _ text: some Collection<UInt8>, _ range: ClosedRange<Int>) throws {
    let characters = text.count { $0 & 0xC0 != 0x80 }
    guard range.contains(characters), text.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      throw Problem(
        .invalidRequest,
        "Member \"\(member)\" must have \(range.lowerBound) to \(range.upperBound) characters, none a control character."
      )
    }
  }
}
