import SessionModel
import SessionStore

extension TestStore {
  /// Signs in under each of the names.
  func signIn(_ names: String...) async throws {
    try await withUnlocked { store in
      for name in names { try await store.insert(try Samples.record(name), revoking: nil) }
    }
  }
}

extension Keystore {
  /// A refresh with rotation: the intent, the new refresh token, the new generation.
  func rotate(_ session: SessionName, to generation: Int64) throws {
    try recordRefreshIntent(session: session, attempt: generation)
    try storeRotatedRefreshToken(
      session: session, refreshToken: Secret("rotated-\(generation)"), attempt: generation)
    try commitRefresh(
      session: session, generation: Generation(generation), tokens: Samples.tokens(generation),
      at: Timestamp(seconds: 1_790_000_000))
  }
}
