/// What may stand in a user's attributes, and which of them name a user.
extension UserPool {
  static let unwritable: Set = ["sub", "email_verified", "phone_number_verified"]

  /// Refuses what a person may not write, what the schema does not know and what has the wrong form.
  func checkWritable(_ attributes: [String: String]) throws(ServiceError) {
    for name in attributes.keys where Self.unwritable.contains(name) || name.hasPrefix("cognito:") {
      throw .notAuthorized("A client attempted to write unauthorized attribute")
    }
    try checkSchema(attributes)
  }

  func checkSchema(_ attributes: [String: String]) throws(ServiceError) {
    let known = Dictionary(schema.map { ($0.name, $0) }) { first, _ in first }
    let unknown = attributes.keys.filter { known[$0] == nil }.sorted()
    if !unknown.isEmpty {
      throw .schema(unknown.map { "\($0): Attribute does not exist in the schema." })
    }
    let problems = attributes.sorted { $0.key < $1.key }.compactMap { name, value in
      known[name]?.problem(value).map { "\(name): \($0)" }
    }
    if !problems.isEmpty { throw .schema(problems) }
    if let email = attributes["email"], !email.isEmpty, !Self.isEmail(email) {
      throw .invalidParameter("Invalid email address format.")
    }
    if let number = attributes["phone_number"], !number.isEmpty, !Self.isPhoneNumber(number) {
      throw .invalidParameter("Invalid phone number format.")
    }
  }

  static func isEmail(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && !$0.contains(where: \.isWhitespace) }
  }

  /// E.164: a plus and at most 15 digits.
  static func isPhoneNumber(_ text: String) -> Bool {
    let digits = text.dropFirst()
    return text.hasPrefix("+") && 1...15 ~= digits.utf8.count && digits.utf8.allSatisfy { 0x30...0x39 ~= $0 }
  }

  /// Which attribute a new user's name is, in pools where it is one.
  func attribute(ofName name: String) throws(ServiceError) -> String? {
    let isEmail = name.contains("@")
    let isPhone = name.hasPrefix("+") && name.dropFirst().allSatisfy(\.isNumber)
    if usernameAttributes.isEmpty {
      guard isEmail, aliasAttributes.contains("email") else { return nil }
      throw .invalidParameter(
        "Username cannot be of email format, since user pool is configured for email alias.")
    }
    if isEmail, usernameAttributes.contains("email") { return "email" }
    if isPhone, usernameAttributes.contains("phone_number") { return "phone_number" }
    if usernameAttributes.count > 1 {
      throw .invalidParameter("Username should be either an email or a phone number.")
    }
    throw .invalidParameter("Username should be \(usernameAttributes == ["email"] ? "an email" : "a phone number").")
  }

  /// Whoever else signs in by this value of the attribute.
  func holder(of attribute: String, _ value: String, besides user: User?) -> User? {
    let isName = usernameAttributes.contains(attribute)
    guard isName || aliasAttributes.contains(attribute) else { return nil }
    let wanted = folded(value)
    return users.values.first { other in
      other.username != user?.username && other.attributes[attribute].map(folded) == wanted
        && (isName || other.isUsable(alias: attribute))
    }
  }
}

extension ServiceError {
  static func schema(_ problems: [String]) -> ServiceError {
    .invalidParameter("Attributes did not conform to the schema: " + problems.map { "\($0)\n" }.joined())
  }
  static func aliasExists(_ attribute: String) -> ServiceError {
    ServiceError(
      name: "AliasExistsException", message: "An account with the \(attribute) already exists.")
  }
}
