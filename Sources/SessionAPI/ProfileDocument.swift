public import SessionModel
public import WireJSON

/// A profile: the keys of its TOML file, what the agent adds when it is read, and what it takes when it is written.
public struct ProfileDocument: WireDocument {
  /// What a PUT does with the client secret.
  public enum ClientSecretChange: Hashable, Sendable {
    /// It was not named: stays as it is.
    case keep
    /// It was null: goes.
    case remove
    /// It is this from now on.
    case set(Secret)
  }

  /// Where the profile's file lies.
  public enum Source: String, Hashable, Sendable, CaseIterable {
    case user
    case system
  }

  /// A client secret never is a plain string on the way in.
  public static var secretMembers: [String] { ["client_secret"] }

  /// Read-only: its name.
  public var name: ProfileName?
  /// Read-only: where its file lies.
  public var source: Source?
  /// Read-only: whether the keystore holds a client secret for it.
  public var hasClientSecret: Bool?
  /// Read-only: why its file can not be used, with file and line; nil where it can.
  public var error: String?
  /// Read-only: what its user pool has said of passwords that it refused; nil where nothing.
  public var passwordRules: String?
  /// Write-only: what becomes of the client secret.
  public var clientSecret: ClientSecretChange
  /// Who may have its tokens.
  public var access: AccessDocument?
  /// The keys that are set, each of its key's type.
  public private(set) var settings: [ProfileKey: JSONValue]

  /// A profile without any key.
  public init(
    name: ProfileName? = nil, source: Source? = nil, hasClientSecret: Bool? = nil, error: String? = nil
  ) {
    self.name = name
    self.source = source
    self.hasClientSecret = hasClientSecret
    self.error = error
    clientSecret = .keep
    settings = [:]
  }

  /// A key's value; nil where it is not set.
  public subscript(_ key: ProfileKey) -> JSONValue? { settings[key] }

  /// A key's string; nil where it is not set or none.
  public func string(_ key: ProfileKey) -> String? { settings[key]?.string }

  /// A key's integer; nil where it is not set or none.
  public func integer(_ key: ProfileKey) -> Int? { settings[key]?.integer.map { Int($0) } }

  /// A key's boolean; nil where it is not set or none.
  public func bool(_ key: ProfileKey) -> Bool? { settings[key]?.bool }

  /// A key's strings; nil where it is not set or none.
  public func strings(_ key: ProfileKey) -> [String]? { settings[key]?.array?.compactMap(\.string) }

  /// Sets a key, or with nil or null leaves it out.
  ///
  /// - Throws: `JSONError.wrongType` or `.invalidValue` where the value is not of the key's type.
  public mutating func set(_ key: ProfileKey, to value: JSONValue?) throws {
    guard let value, !value.isNull else {
      settings[key] = nil
      return
    }
    try key.check(value)
    settings[key] = value
  }

  /// Refuses an unknown member; read-only ones may be given, so that what was read can be written back.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    let others: Set<String> = [
      "name", "source", "has_client_secret", "error", "password_rules", "client_secret", "access",
    ]
    try fields.allowOnly(others.union(ProfileKey.allCases.map(\.rawValue)))
    self.init(
      name: try fields.optionalName("name"), source: try fields.optionalChoice("source"),
      hasClientSecret: try fields.optionalBool("has_client_secret"), error: try fields.optionalString("error"))
    passwordRules = try fields.optionalString("password_rules")
    access = try fields.optionalDocument("access")
    if fields.has("client_secret") {
      clientSecret = try fields.optionalSecret("client_secret").map { .set($0) } ?? .remove
    }
    for key in ProfileKey.allCases { try set(key, to: fields.value(key.rawValue)) }
  }

  /// Only what is set: a profile is the keys of its file.
  public var json: JSONValue {
    var members: [JSONMember] = []
    if let name { members.append(JSONMember("name", .string(name.rawValue))) }
    if let source { members.append(JSONMember("source", .string(source.rawValue))) }
    if let hasClientSecret { members.append(JSONMember("has_client_secret", .bool(hasClientSecret))) }
    if let error { members.append(JSONMember("error", .string(error))) }
    if let passwordRules { members.append(JSONMember("password_rules", .string(passwordRules))) }
    for key in ProfileKey.allCases {
      if let value = settings[key] { members.append(JSONMember(key.rawValue, value)) }
    }
    if let access { members.append(JSONMember("access", access.json)) }
    switch clientSecret {
    case .keep: break
    case .remove: members.append(JSONMember("client_secret", .null))
    case .set(let secret): members.append(JSONMember("client_secret", .secret(secret)))
    }
    return .object(members)
  }
}

/// `GET /v1/profiles`.
public struct ProfilesDocument: WireDocument {
  /// Every profile.
  public var profiles: [ProfileDocument]
  /// A list of profiles.
  public init(profiles: [ProfileDocument]) { self.profiles = profiles }

  /// Reads it from JSON.
  public init(json: JSONValue) throws { profiles = try JSONFields(json).documents("profiles") }

  /// It as JSON.
  public var json: JSONValue { ["profiles": .array(profiles.map(\.json))] }
}
