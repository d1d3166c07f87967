internal import AuthFlows
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import SessionAPI
internal import SessionModel
internal import SessionStore
internal import WireJSON

/// The account of who is signed in: as a whole, its password and its attributes (CONTRACT §7.7).
extension Agent {
  func getAccount(_ request: Request, _ name: SessionName) throws -> Reply {
    try request.allowOnly()
    return .later {
      let account = try await self.withAccount(name) { client, record throws(ProviderFailure) in
        try await client.user(accessToken: record.tokens.access.value)
      }
      return .json(AccountDocument(account).json)
    }
  }

  func deleteAccount(_ request: Request, _ name: SessionName) throws -> Reply {
    try request.allowOnly()
    let username = try request.username()
    guard let session = try liveSession(name, mayWaitForLogin: false) else { throw signInRequired(name) }
    guard username == session.record.identity.username else {
      throw Problem(
        .invalidRequest, "Member \"username\" is not the account's. Nothing was deleted.", session: name)
    }
    let id = session.record.id
    return .later {
      let device = try await self.withAccount(name, id: id) { client, record throws(ProviderFailure) in
        try await client.deleteUser(accessToken: record.tokens.access.value)
        return record.deviceKey
      }
      if let device { await self.dropDevice(device, of: name) }
      try await self.forgetDeleted(name, id: id)
      return .noContent
    }
  }

  /// The account is gone, and its tokens with it: there is nothing to revoke.
  private func forgetDeleted(_ name: SessionName, id: String) async throws {
    parts.logger.info("the account was deleted", metadata: ["session": "\(name)"])
    guard current(name, id: id) != nil || keystoreStatus.state != .unlocked else { return }
    try await signOut(name, everywhere: false, owesRevocation: false)
  }

  func postChangePassword(_ request: Request, _ name: SessionName) throws -> Reply {
    try request.allowOnly()
    let change = try request.passwordChange()
    return .later {
      try await self.withAccount(name) { client, record throws(ProviderFailure) in
        try await client.changePassword(
          accessToken: record.tokens.access.value, old: change.oldPassword, new: change.newPassword)
      }
      return .json([:])
    }
  }

  // MARK: - Attributes

  func patchAttributes(_ request: Request, _ name: SessionName) throws -> Reply {
    try request.allowOnly()
    let changes = try request.attributeChanges()
    return .later {
      let deliveries = try await self.withAccount(name) { client, record throws(ProviderFailure) in
        try await Agent.change(changes, client, record.tokens.access.value)
      }
      return .json(DeliveriesDocument(deliveries: deliveries).json)
    }
  }

  private static func change(
    _ changes: AttributeChangesDocument, _ client: CognitoClient, _ accessToken: Secret
  ) async throws(ProviderFailure) -> [CodeDelivery] {
    let deliveries =
      changes.set.isEmpty ? [] : try await client.updateAttributes(accessToken: accessToken, changes.set)
    guard !changes.remove.isEmpty else { return deliveries }
    do throws(ProviderFailure) {
      try await client.deleteAttributes(accessToken: accessToken, changes.remove)
    } catch {
      guard !changes.set.isEmpty else { throw error }
      var failure = error
      failure.problem.detail = "What was to be set is set; what was to be removed is not: " + failure.problem.detail
      throw failure
    }
    return deliveries
  }

  func postSendCode(_ request: Request, _ name: SessionName, _ attribute: String) throws -> Reply {
    try request.allowOnly()
    try Request.bound("attribute", attribute, Request.attributeName)
    return .later {
      let delivery = try await self.withAccount(name) { client, record throws(ProviderFailure) in
        try await client.sendVerificationCode(accessToken: record.tokens.access.value, attribute: attribute)
      }
      return .json(DeliveryDocument(delivery: delivery).json)
    }
  }

  func postVerify(_ request: Request, _ name: SessionName, _ attribute: String) throws -> Reply {
    try request.allowOnly()
    try Request.bound("attribute", attribute, Request.attributeName)
    let code = try request.code().code
    return .later {
      try await self.withAccount(name) { client, record throws(ProviderFailure) in
        try await client.verifyAttribute(
          accessToken: record.tokens.access.value, attribute: attribute, code: code)
      }
      return .json([:])
    }
  }
}
