import AuthFlows
import SessionModel
import SessionStore
import Testing

@testable import SessionAgent

extension AgentHouse {
  /// What the pool makes of a refresh token: true where it still gives tokens for it.
  func serves(_ token: Secret) async throws -> Bool {
    let record = try #require(firstBinding.value)
    let client = try await agent.client(binding: record, work)
    do {
      _ = try await client.refresh(
        RefreshRequest(refreshToken: token, username: "ann", deviceKey: nil, binding: record))
      return true
    } catch {
      return false
    }
  }

  func refreshToken() async throws -> Secret {
    let record = try #require(try await keystore.sessions().records.first)
    firstBinding.with { $0 = record.binding }
    return try #require(record.tokens.refreshToken)
  }
}
