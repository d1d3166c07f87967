internal import AuthFlows
internal import Logging
internal import NIOCore
internal import SessionModel
internal import SessionStore

/// Makes the clients that talk to providers.
extension Agent {
  /// A client for a session's own origin: what it was signed in at, not what a profile says now (SECURITY 1).
  func client(for record: SessionRecord) async throws -> CognitoClient {
    try await client(binding: record.binding, region: cognitoSettings(of: record.profile)?.region, record.profile)
  }

  /// A client for an origin.
  func client(
    binding: SessionBinding, region: String? = nil, _ profile: ProfileName, secretOf keeper: Name? = nil
  ) async throws -> CognitoClient {
    guard let pool = binding.userPoolID else {
      throw Problem(.unsupported, "OpenID Connect providers are not supported yet.")
    }
    let settings = CognitoSettings(
      userPoolID: pool, clientID: binding.clientID, region: region, endpoint: binding.serviceURL)
    return try await client(settings, caFile: binding.caFile, profile, secretOf: keeper)
  }

  /// A client for a profile as it is now.
  func client(
    _ settings: CognitoSettings, caFile: String?, _ profile: ProfileName, secretOf keeper: Name? = nil
  ) async throws -> CognitoClient {
    let envelope: Secret?
    do throws(StoreError) {
      envelope = try await parts.keystore.clientSecret(for: keeper ?? profile)
    } catch {
      guard case .doesNotOpen = error else { throw problem(error) }
      throw Agent.unusable(Problem(.badConfiguration, error.description))
    }
    let secret = try envelope.map { try clientSecret(in: $0, for: settings, profile) }
    return CognitoClient(
      settings: settings, clientSecret: secret, caFile: caFile,
      transport: heard(try parts.transport(caFile), settings.serviceURL),
      keys: await keyCache(of: profile), clock: parts.clock, random: parts.random,
      passwordRules: AgentPasswordRules(parts, settings),
      pause: { [loop] in try await Agent.pause($0, on: loop) })
  }

  private func clientSecret(in envelope: Secret, for settings: CognitoSettings, _ profile: ProfileName) throws -> Secret
  {
    do {
      return try ClientSecretEnvelope.open(envelope, for: settings, profile)
    } catch let problem as Problem {
      throw Agent.unusable(problem.naming(names(profile, profile)))
    }
  }

  /// A client secret that only a person can mend.
  private static func unusable(_ problem: Problem) -> ProviderFailure {
    ProviderFailure(.blocked(.clientCredentialsWrong), problem)
  }

  /// Waits on the event loop: Swift's own sleep would bring libdispatch's timers to life.
  private static func pause(_ milliseconds: Int64, on loop: any EventLoop) async throws {
    try await loop.scheduleTask(in: .milliseconds(milliseconds)) {}.futureResult.get()
    try Task.checkCancellation()
  }

  func cognitoSettings(of profile: ProfileName) -> CognitoSettings? {
    guard let document = profiles[profile], let parsed = try? Profile(document, name: profile),
      case .cognito(let settings) = parsed.provider
    else { return nil }
    return settings
  }

  /// A profile's public keys, kept in the store too, so that tokens can be checked offline after a restart.
  private func keyCache(of profile: ProfileName) async -> KeyCache {
    if let cache = keyCaches[profile] { return cache }
    let cache = KeyCache(clock: parts.clock)
    keyCaches[profile] = cache
    do {
      if let stored = try await parts.keystore.cache(key: Agent.cacheKey(profile)) { try await cache.restore(stored) }
    } catch {
      parts.logger.debug("the provider's keys that were kept could not be read", metadata: ["error": "\(error)"])
    }
    return cache
  }

  /// Keeps a profile's public keys for the next start, where they changed.
  func storeKeys(of profile: ProfileName) async {
    guard let snapshot = await keyCaches[profile]?.snapshot(), storedKeys[profile] != snapshot else { return }
    storedKeys[profile] = snapshot
    do throws(StoreError) {
      try await parts.keystore.setCache(key: Agent.cacheKey(profile), value: snapshot)
    } catch {
      parts.logger.debug("the provider's keys could not be kept", metadata: ["error": "\(error)"])
    }
  }

  private static func cacheKey(_ profile: ProfileName) -> String { "keys/\(profile)" }
}
