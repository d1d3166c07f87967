/// What an administrator has set about a pool, beyond what sign-in looks at.
struct PoolSettings: Codable, Sendable, Equatable {
  /// Made by a seed, which says nothing of schema and authenticators.
  var isSeeded = true
  var createdAt: Seconds = 0
  var modifiedAt: Seconds = 0
  /// Members of CreateUserPool, UpdateUserPool and SetUserPoolMfaConfig that are described as they were given.
  var given: [String: JSON] = [:]
  /// Attributes of the schema that differ from the standard ones, and the custom ones.
  var schema: [SchemaAttribute] = []
  var domain: PoolDomain?
  /// By name.
  var groups: [String: Group] = [:]
  /// By identifier.
  var resourceServers: [String: ResourceServer] = [:]
  /// By client id, or `ALL`.
  var customizations: [String: PageCustomization] = [:]

  var temporaryPasswordDays: Int {
    let days = given["Policies"]?["PasswordPolicy"]?["TemporaryPasswordValidityDays"]?.asInteger
    // AWS keeps the older member for pools that have only that.
    return days ?? given["AdminCreateUserConfig"]?["UnusedAccountValidityDays"]?.asInteger ?? 7
  }

  /// How people get a code for a new password, in the order of `AccountRecoverySetting`.
  var recoveryMedia: [DeliveryMedium] {
    let mechanisms = given["AccountRecoverySetting"]?["RecoveryMechanisms"]?.asArray ?? []
    guard !mechanisms.isEmpty else { return DeliveryMedium.allCases }
    let order = mechanisms.sorted { ($0["Priority"]?.asInteger ?? 0) < ($1["Priority"]?.asInteger ?? 0) }
    return order.compactMap { mechanism in
      DeliveryMedium.allCases.first { mechanism["Name"] == .string("verified_\($0.attribute)") }
    }
  }

  var isProtected: Bool { given["DeletionProtection"]?.asString == "ACTIVE" }
}

/// Where the hosted pages of a pool would be at AWS: a prefix, or a name of one's own.
struct PoolDomain: Codable, Sendable, Equatable {
  let name: String
  var managedLoginVersion: Int
  /// The certificate of a name of one's own.
  var certificate: JSON?
}

/// A set of users with something in common.
struct Group: Codable, Sendable, Equatable {
  let name: String
  var description: String?
  var roleARN: String?
  /// The lower, the more important.
  var precedence: Int?
  let createdAt: Seconds
  var modifiedAt: Seconds
  /// Real usernames.
  var members: Set<String> = []
}

/// An API with scopes of its own.
struct ResourceServer: Codable, Sendable, Equatable {
  let identifier: String
  var name: String
  /// Descriptions by scope name.
  var scopes: [String: String] = [:]
}

/// What the hosted pages look like, for all clients or one.
struct PageCustomization: Codable, Sendable, Equatable {
  var css: String?
  /// Base64.
  var image: String?
  let createdAt: Seconds
  var modifiedAt: Seconds
}
