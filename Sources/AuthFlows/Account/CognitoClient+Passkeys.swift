public import SessionModel
internal import WireJSON

/// The account's passkeys. Registering one is done on the hosted UI's page.
extension CognitoClient {
  /// All passkeys (ListWebAuthnCredentials).
  public func passkeys(accessToken: Secret) async throws(ProviderFailure) -> [Passkey] {
    try await pages(.listWebAuthnCredentials, accessToken, list: "Credentials", next: "NextToken") { reader in
      try Passkey.read(&reader)
    }
  }

  /// Removes a passkey (DeleteWebAuthnCredential).
  public func deletePasskey(accessToken: Secret, id: String) async throws(ProviderFailure) {
    try await account(.deleteWebAuthnCredential, accessToken, JSONMember("CredentialId", .string(id))).expectNothing()
  }
}

extension Passkey {
  /// Reads `WebAuthnCredentialDescription`; nil for one without an id.
  fileprivate static func read(_ reader: inout JSONReader) throws -> Passkey? {
    var passkey = Passkey(id: "", name: nil, createdAt: nil)
    try reader.object { name, value in
      if value.null() { return }
      switch name {
      case "CredentialId": passkey.id = try value.string()
      case "FriendlyCredentialName": passkey.name = try value.string()
      case "CreatedAt": passkey.createdAt = try Timestamp.read(&value)
      default: try value.skip()
      }
    }
    return passkey.id.isEmpty ? nil : passkey
  }
}
