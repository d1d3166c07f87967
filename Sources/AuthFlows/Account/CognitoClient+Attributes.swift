public import SessionModel
internal import WireJSON

/// The account's attributes.
extension CognitoClient {
  /// Sets attributes (UpdateUserAttributes). Where the codes went that verify the new values.
  public func updateAttributes(
    accessToken: Secret, _ attributes: [String: String]
  ) async throws(ProviderFailure) -> [CodeDelivery] {
    let answer = try await account(
      .updateUserAttributes, accessToken, JSONMember("UserAttributes", .attributes(attributes)))
    var deliveries: [CodeDelivery] = []
    try answer.read { name, value in
      guard name == "CodeDeliveryDetailsList", !value.null() else { return try value.skip() }
      try value.array { if let delivery = try CodeDelivery.read(&$0) { deliveries.append(delivery) } }
    }
    return deliveries
  }

  /// Removes attributes (DeleteUserAttributes).
  public func deleteAttributes(accessToken: Secret, _ names: [String]) async throws(ProviderFailure) {
    let names = JSONMember("UserAttributeNames", .array(names.map(JSONValue.string)))
    try await account(.deleteUserAttributes, accessToken, names).expectNothing()
  }

  /// Sends a code that verifies an attribute (GetUserAttributeVerificationCode).
  public func sendVerificationCode(
    accessToken: Secret, attribute: String
  ) async throws(ProviderFailure) -> CodeDelivery? {
    let name = JSONMember("AttributeName", .string(attribute))
    return try await account(.getUserAttributeVerificationCode, accessToken, name).delivery()
  }

  /// Verifies an attribute (VerifyUserAttribute).
  public func verifyAttribute(accessToken: Secret, attribute: String, code: Secret) async throws(ProviderFailure) {
    let name = JSONMember("AttributeName", .string(attribute))
    let code = JSONMember("Code", .secret(code.trimmingSpace()))
    try await account(.verifyUserAttribute, accessToken, name, code).expectNothing()
  }
}

extension JSONValue {
  /// A list of `AttributeType`, by name.
  static func attributes(_ attributes: [String: String]) -> JSONValue {
    .array(
      attributes.sorted { $0.key < $1.key }.map { ["Name": .string($0.key), "Value": .string($0.value)] })
  }

  /// Reads a list of `AttributeType`.
  static func readAttributes(_ reader: inout JSONReader) throws -> [String: String] {
    var attributes: [String: String] = [:]
    try reader.array { reader in
      var name = ""
      var text = ""
      try reader.object { member, value in
        if value.null() { return }
        switch member {
        case "Name": name = try value.string()
        case "Value": text = try value.string()
        default: try value.skip()
        }
      }
      attributes[name] = text
    }
    return attributes
  }
}
