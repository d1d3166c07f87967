/// ListWebAuthnCredentials and DeleteWebAuthnCredential.
extension PoolTurn {
  func listWebAuthnCredentials(_ request: Request) throws -> [String: JSON] {
    let user = try userOfAccessToken(request.text("AccessToken"))
    let listing = try Listing(
      of: user.passkeys, after: request.string("NextToken"), limit: request.integer("MaxResults"), most: 20
    ) { $0.id }
    return listing.answer("Credentials", token: "NextToken", \.description)
  }

  mutating func deleteWebAuthnCredential(_ request: Request) throws -> [String: JSON] {
    var user = try userOfAccessToken(request.text("AccessToken"))
    let id = request.text("CredentialId")
    guard user.passkeys.contains(where: { $0.id == id }) else {
      throw ServiceError.notFound("Credential does not exist.")
    }
    user.passkeys.removeAll { $0.id == id }
    update(user)
    return [:]
  }
}

extension Passkey {
  fileprivate var description: JSON {
    .object([
      "CredentialId": .string(id), "FriendlyCredentialName": .string(name), "RelyingPartyId": .string("localhost"),
      "AuthenticatorTransports": .strings(["internal"]), "CreatedAt": .number(createdAt),
    ])
  }
}
