/// A user pool of a seed file.
struct UserPoolSeed: Sendable {
  let id: String
  var name: String
  var mfa: UserPool.MFA
  var usernameAttributes: [String]
  var aliasAttributes: [String]
  var caseSensitive: Bool
  var autoVerified: [String]
  var verifyBeforeUpdate: [String]
  var passwordPolicy: PasswordPolicy
  var deviceTracking: UserPool.DeviceTracking
  var firstFactors: [String]
  var customChallenges: [UserPool.CustomChallenge]
  var clients: [AppClient]
  var users: [UserSeed]

  init(_ object: inout StrictObject) throws(MemberError) {
    id = try object.required("id", matching: "[\\w-]+_[0-9a-zA-Z]+", upTo: 55)
    name = try object.string("name") ?? id
    mfa = try object.choice("mfa", UserPool.MFA.self) ?? .off
    usernameAttributes = try Self.attributes(&object, "username_attributes", ["email", "phone_number"])
    aliasAttributes = try Self.attributes(
      &object, "alias_attributes", ["email", "phone_number", "preferred_username"])
    caseSensitive = try object.bool("case_sensitive") ?? false
    autoVerified = try Self.attributes(&object, "auto_verified", ["email", "phone_number"])
    verifyBeforeUpdate = try Self.attributes(&object, "verify_before_update", ["email", "phone_number"])
    passwordPolicy = try PasswordPolicy(&object)
    deviceTracking = try object.choice("device_tracking", UserPool.DeviceTracking.self) ?? .off
    let factors = ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]
    firstFactors =
      object.has("first_factors") ? try Self.attributes(&object, "first_factors", factors) : Array(factors.dropLast())
    customChallenges = try object.objects("custom_challenges") { challenge throws(MemberError) in
      .init(
        parameters: try challenge.stringMap("parameters") ?? [:], answer: try challenge.required("answer"))
    }
    clients = try object.objects("clients") { client throws(MemberError) in try AppClient(&client) }
    users = try object.objects("users") { user throws(MemberError) in try UserSeed(&user) }
    if !usernameAttributes.isEmpty, !aliasAttributes.isEmpty {
      throw MemberError(
        path: object.name("alias_attributes"), problem: "can not be used together with username_attributes")
    }
  }

  private static func attributes(
    _ object: inout StrictObject, _ member: String, _ allowed: [String]
  ) throws(MemberError) -> [String] {
    let names = try object.strings(member) ?? []
    if let wrong = names.first(where: { !allowed.contains($0) }) {
      throw MemberError(
        path: object.name(member), problem: "\(wrong) is not one of \(allowed.joined(separator: ", "))")
    }
    return names
  }
}

extension PasswordPolicy {
  /// The pool's `password_policy`; AWS's default where it is left out.
  fileprivate init(_ pool: inout StrictObject) throws(MemberError) {
    guard var object = try pool.object("password_policy") else { return }
    minimumLength = try object.integer("minimum_length") ?? minimumLength
    guard 6...99 ~= minimumLength else {
      throw MemberError(path: object.name("minimum_length"), problem: "must be between 6 and 99")
    }
    requireUppercase = try object.bool("require_uppercase") ?? false
    requireLowercase = try object.bool("require_lowercase") ?? false
    requireNumbers = try object.bool("require_numbers") ?? false
    requireSymbols = try object.bool("require_symbols") ?? false
    try object.finish()
  }
}

extension IdentityPool {
  init(_ object: inout StrictObject) throws(MemberError) {
    id = try object.required("id", matching: "[\\w-]+:[0-9a-f-]+", upTo: 55)
    name = String(id.drop { $0 != ":" }.dropFirst())
    allowGuests = try object.bool("allow_guests") ?? false
    allowClassic = try object.bool("allow_classic") ?? false
    credentialsSeconds = try object.positive("credentials_seconds", default: 3600)
    providers = try object.objects("providers") { provider throws(MemberError) in
      Provider(
        userPoolID: try provider.required("user_pool_id"), clientID: try provider.required("client_id"))
    }
    guard var roles = try object.object("roles") else { return }
    for kind in ["authenticated", "unauthenticated"] { self.roles[kind] = try roles.string(kind) }
    try roles.finish()
  }
}
