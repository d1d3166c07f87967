extension UserPool {
  /// `UserPoolType`.
  var description: JSON {
    var members: [String: JSON] = [
      "Id": .string(id), "Name": .string(name), "Arn": .string(arn),
      "CreationDate": .number(settings.createdAt), "LastModifiedDate": .number(settings.modifiedAt),
      "EstimatedNumberOfUsers": .integer(users.count), "MfaConfiguration": .string(mfa.rawValue),
      "Policies": policies, "LambdaConfig": .object([:]),
      "SchemaAttributes": .array(schema.sorted { $0.name < $1.name }.map(\.json)),
    ]
    for (member, names) in [
      ("AutoVerifiedAttributes", autoVerified), ("AliasAttributes", aliasAttributes),
      ("UsernameAttributes", usernameAttributes),
    ] where !names.isEmpty {
      members[member] = .strings(names)
    }
    members["Domain"] = settings.domain.flatMap { $0.certificate == nil ? .string($0.name) : nil }
    members["CustomDomain"] = settings.domain.flatMap { $0.certificate == nil ? nil : .string($0.name) }
    members["DeviceConfiguration"] = deviceConfiguration
    members["AdminCreateUserConfig"] = adminCreateUserConfig
    return .object(Self.defaults.merging(settings.described) { $1 }.merging(members) { $1 })
  }

  private static let defaults: [String: JSON] = [
    "DeletionProtection": .string("INACTIVE"), "UserPoolTier": .string("ESSENTIALS"), "UserPoolTags": .object([:]),
    "EmailConfiguration": .strings(["EmailSendingAccount": "COGNITO_DEFAULT"]),
    "VerificationMessageTemplate": .strings(["DefaultEmailOption": "CONFIRM_WITH_CODE"]),
    "UserAttributeUpdateSettings": .object(["AttributesRequireVerificationBeforeUpdate": .array([])]),
  ]

  private var policies: JSON {
    .object([
      "PasswordPolicy": passwordPolicy.json(temporaryDays: settings.temporaryPasswordDays),
      "SignInPolicy": .object(["AllowedFirstAuthFactors": .strings(firstFactors)]),
    ])
  }

  private var adminCreateUserConfig: JSON {
    let given = settings.given["AdminCreateUserConfig"]?.asObject ?? [:]
    let defaults: [String: JSON] = [
      "AllowAdminCreateUserOnly": .bool(signUpIsClosed),
      "UnusedAccountValidityDays": .integer(settings.temporaryPasswordDays),
    ]
    return .object(defaults.merging(given) { $1 })
  }

  private var deviceConfiguration: JSON? {
    guard deviceTracking != .off else { return nil }
    return .object([
      "ChallengeRequiredOnNewDevice": .bool(challengesOnNewDevicesOnly),
      "DeviceOnlyRememberedOnUserPrompt": .bool(deviceTracking == .optIn),
    ])
  }
}

extension PoolSettings {
  /// What of the given members belongs to the description.
  fileprivate var described: [String: JSON] {
    given.filter { !UserPool.factorSettings.contains($0.key) && $0.key != "Policies" }
  }
}
