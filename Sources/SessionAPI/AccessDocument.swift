public import SessionModel
public import WireJSON

/// The `[access]` table of a profile: who may have its tokens.
public struct AccessDocument: WireDocument {
  /// Executables, units and Flatpak applications; nil allows every process of the user.
  public var allow: [String]?
  /// Whether the user is asked once for each process.
  public var confirm: Bool?
  /// Which tokens are handed out; nil is all.
  public var tokens: [TokenType]?
  /// The longest life, in seconds, that a token may have left when it is handed out.
  public var maxTTL: Int?

  /// An access policy.
  public init(allow: [String]? = nil, confirm: Bool? = nil, tokens: [TokenType]? = nil, maxTTL: Int? = nil) {
    self.allow = allow
    self.confirm = confirm
    self.tokens = tokens
    self.maxTTL = maxTTL
  }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    try fields.allowOnly(["allow", "confirm", "tokens", "max_ttl"])
    allow = try fields.optionalStrings("allow")
    confirm = try fields.optionalBool("confirm")
    tokens = try fields.optionalStrings("tokens")?.map { name in
      guard let type = TokenType(rawValue: name) else {
        throw JSONError.invalidValue(member: "tokens", allowed: "a list of access, id")
      }
      return type
    }
    maxTTL = try fields.optionalInteger("max_ttl").map { seconds in
      guard (0...1_000_000).contains(seconds) else {
        throw JSONError.invalidValue(member: "max_ttl", allowed: "an integer from 0 to 1000000")
      }
      return Int(seconds)
    }
  }

  /// Only what is set.
  public var json: JSONValue {
    var members: [JSONMember] = []
    if let allow { members.append(JSONMember("allow", .strings(allow))) }
    if let confirm { members.append(JSONMember("confirm", .bool(confirm))) }
    if let tokens { members.append(JSONMember("tokens", .strings(tokens.map(\.rawValue)))) }
    if let maxTTL { members.append(JSONMember("max_ttl", .integer(Int64(maxTTL)))) }
    return .object(members)
  }
}
