internal import SessionCrypto
public import SessionModel

/// A user pool, seen as one app client: signs people in, renews and ends their sessions. Stores nothing.
public struct CognitoClient: Sendable {
  let settings: CognitoSettings
  let clientSecret: Secret?
  let caFile: String?
  let transport: any ProviderTransport
  let keys: KeyCache
  let clock: any Clock
  let random: any RandomSource
  let passwordRules: (any PasswordRules)?
  let pause: @Sendable (_ milliseconds: Int64) async throws -> Void

  /// A client.
  ///
  /// - Parameters:
  ///   - clientSecret: the app client's secret, where it has one.
  ///   - caFile: noted in the binding of who signs in; `transport` is what trusts it.
  ///   - keys: the profile's key cache.
  ///   - passwordRules: what the pool has said of passwords; nil remembers nothing.
  ///   - pause: how to wait before a throttled sign-in is tried again; throws `CancellationError` when given up.
  public init(
    settings: CognitoSettings, clientSecret: Secret?, caFile: String?, transport: any ProviderTransport, keys: KeyCache,
    clock: any Clock, random: any RandomSource, passwordRules: (any PasswordRules)? = nil,
    pause: @escaping @Sendable (_ milliseconds: Int64) async throws -> Void = {
      try await Task.sleep(for: .milliseconds($0))
    }
  ) {
    self.settings = settings
    self.clientSecret = clientSecret
    self.caFile = caFile
    self.transport = transport
    self.keys = keys
    self.clock = clock
    self.random = random
    self.passwordRules = passwordRules
    self.pause = pause
  }

  /// Where requests go, as bindings have it.
  var endpoint: String { "\(settings.serviceURL)/" }

  var service: CognitoService {
    CognitoService(endpoint: endpoint, transport: transport, clock: clock, passwordRules: passwordRules)
  }

  var validator: TokenValidator { TokenValidator(settings: settings, keys: keys, transport: transport) }

  /// `SECRET_HASH` over a name; nil for a client without a secret.
  func secretHash(for name: String) throws(ProviderFailure) -> Secret? {
    guard let clientSecret else { return nil }
    do {
      return try SecretHash.make(name: name, clientID: settings.clientID, clientSecret: clientSecret)
    } catch {
      throw ProviderFailure(.offline, Problem(.internal, error.description))
    }
  }
}
