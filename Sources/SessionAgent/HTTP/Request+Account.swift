internal import SessionAPI
internal import SessionModel
internal import WireJSON

/// The bodies of account operations, within what docs/openapi.yaml says of their lengths.
extension Request {
  func signUp() throws -> SignUpDocument {
    let document = try json(SignUpDocument.init(text:))
    try Request.bound("username", document.username, 1...256)
    try Request.bound("password", document.password, Request.password)
    try Request.bound("attributes", document.attributes)
    return document
  }

  func username() throws -> String {
    let document = try json(UsernameDocument.init(text:))
    try Request.bound("username", document.username, 1...256)
    return document.username
  }

  func confirmation() throws -> ConfirmDocument {
    let document = try json(ConfirmDocument.init(text:))
    try Request.bound("username", document.username, 1...256)
    try Request.bound("code", document.code, Request.code)
    return document
  }

  func passwordReset() throws -> ResetPasswordDocument {
    let document = try json(ResetPasswordDocument.init(text:))
    try Request.bound("username", document.username, 1...256)
    try Request.bound("code", document.code, Request.code)
    try Request.bound("new_password", document.newPassword, Request.password)
    return document
  }

  func passwordChange() throws -> ChangePasswordDocument {
    let document = try json(ChangePasswordDocument.init(text:))
    try Request.bound("old_password", document.oldPassword, Request.password)
    try Request.bound("new_password", document.newPassword, Request.password)
    return document
  }

  func attributeChanges() throws -> AttributeChangesDocument {
    let document = try json(AttributeChangesDocument.init(text:))
    try Request.bound("set", document.set)
    guard document.remove.count <= Request.mostAttributes else {
      throw Problem(.invalidRequest, "Member \"remove\" has more than \(Request.mostAttributes) elements.")
    }
    for name in document.remove { try Request.bound("remove", name, Request.attributeName) }
    guard !document.set.isEmpty || !document.remove.isEmpty else {
      throw Problem(.invalidRequest, "Members \"set\" and \"remove\" are both empty. Say what to change.")
    }
    if let both = document.remove.first(where: { document.set[$0] != nil }) {
      throw Problem(.invalidRequest, "Attribute \"\(both)\" is in \"set\" and in \"remove\".")
    }
    return document
  }

  /// A code, with the name of an authenticator where one is set up.
  func code(withDeviceName: Bool = false) throws -> CodeDocument {
    let document = try json(CodeDocument.init(text:))
    try Request.bound("code", document.code, Request.code)
    try Request.bound("device_name", document.deviceName, 1...256)
    guard withDeviceName || document.deviceName == nil else {
      throw Problem(.invalidRequest, JSONError.unknownMember("device_name").description)
    }
    return document
  }

  func mfaSettings() throws -> MFASettings {
    let settings = try json(MFADocument.init(text:)).settings
    let known = MFAMethod.allCases.map(\.rawValue)
    guard settings.methods.allSatisfy(known.contains), Set(settings.methods).count == settings.methods.count else {
      throw Problem(
        .invalidRequest, "Member \"methods\" must hold some of \(known.joined(separator: ", ")), each at most once.")
    }
    guard settings.preferred.map(settings.methods.contains) ?? true else {
      throw Problem(.invalidRequest, "Member \"preferred\" must be null or one of \"methods\".")
    }
    return settings
  }

  func isRemembered() throws -> Bool { try json(DeviceStatusDocument.init(text:)).remembered }

  // MARK: - Bounds

  static let attributeName = 1...64
  private static let password = 1...4096
  private static let code = 1...2048
  private static let mostAttributes = 100
  private static let longestValue = 4096

  private static func bound(_ member: String, _ attributes: [String: String]) throws {
    guard attributes.count <= mostAttributes else {
      throw Problem(.invalidRequest, "Member \"\(member)\" has more than \(mostAttributes) attributes.")
    }
    for (name, value) in attributes {
      try bound(member, name, attributeName)
      guard value.unicodeScalars.count <= longestValue else {
        throw Problem(.invalidRequest, "Member \"\(member)\" has a value of more than \(longestValue) characters.")
      }
    }
  }
}
