internal import AuthFlows
internal import NIOCore
internal import NIOHTTP1
internal import SessionAPI
internal import SessionModel
internal import WireJSON

/// The second factors of who is signed in (CONTRACT §7.7).
extension Agent {
  func getMFA(_ request: Request, _ name: SessionName) throws -> Reply {
    try request.allowOnly()
    return .later {
      let account = try await self.withAccount(name) { client, record throws(ProviderFailure) in
        try await client.user(accessToken: record.tokens.access.value)
      }
      return .json(MFADocument(account.mfa).json)
    }
  }

  func putMFA(_ request: Request, _ name: SessionName) throws -> Reply {
    try request.allowOnly()
    let wanted = try request.mfaSettings()
    return .later {
      let settings = try await self.withAccount(name) { client, record throws(ProviderFailure) in
        try await Agent.choose(wanted, client, record.tokens.access.value)
      }
      return .json(MFADocument(settings).json)
    }
  }

  /// Says nothing of methods that are neither in use nor wanted: a pool that does not have one refuses its name.
  private static func choose(
    _ wanted: MFASettings, _ client: CognitoClient, _ accessToken: Secret
  ) async throws(ProviderFailure) -> MFASettings {
    let before = try await client.user(accessToken: accessToken).mfa
    let changes = MFAMethod.allCases.filter {
      before.methods.contains($0.rawValue) || wanted.methods.contains($0.rawValue)
    }
    guard !changes.isEmpty else { return before }
    try await client.setMFA(accessToken: accessToken, wanted, changing: changes)
    return try await client.user(accessToken: accessToken).mfa
  }

  func postTOTP(_ request: Request, _ name: SessionName) throws -> Reply {
    try request.allowOnly()
    return .later {
      let enrolment = try await self.withAccount(name) { client, record throws(ProviderFailure) in
        try await client.associateSoftwareToken(
          accessToken: record.tokens.access.value, accountName: record.identity.username)
      }
      // The buffers that carried the secret go with the connection.
      return Response.json(TOTPEnrolmentDocument(enrolment).json).closing()
    }
  }

  func postVerifyTOTP(_ request: Request, _ name: SessionName) throws -> Reply {
    try request.allowOnly()
    let code = try request.code(withDeviceName: true)
    return .later {
      try await self.withAccount(name) { client, record throws(ProviderFailure) in
        try await client.verifySoftwareToken(
          accessToken: record.tokens.access.value, code: code.code, deviceName: code.deviceName)
      }
      return .json([:])
    }
  }
}
