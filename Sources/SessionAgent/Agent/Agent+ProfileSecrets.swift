internal import SessionAPI
internal import SessionModel
internal import SessionStore

/// The client secrets of profiles, which lie in the keystore.
extension Agent {
  /// Does with a profile's client secret what a PUT wants.
  func storeClientSecret(
    _ change: ProfileDocument.ClientSecretChange, for name: ProfileName, _ provider: Profile.Provider
  ) async throws {
    let secret: Secret?
    switch change {
    case .keep:
      guard case .cognito(let settings) = provider else { return }
      return try await dropMisplacedSecret(of: name, settings)
    case .remove: secret = nil
    case .set(let value):
      guard case .cognito(let settings) = provider else {
        throw Problem(.unsupported, "Client secrets of OpenID Connect providers are not built yet.")
      }
      secret = ClientSecretEnvelope.seal(value, for: settings)
    }
    try await setClientSecret(secret, for: name)
  }

  /// Puts a profile's client secret into the keystore; nil removes it.
  func setClientSecret(_ secret: Secret?, for name: ProfileName) async throws {
    do throws(StoreError) {
      let old = try await parts.keystore.hasClientSecret(for: name)
      guard secret != nil || old else { return }
      if old { try await keepSecretForOrders(of: name) }
      try await parts.keystore.setClientSecret(secret, for: name)
    } catch {
      throw problem(error)
    }
  }

  /// A secret that was given for another place is of no use to a profile that now names this one.
  private func dropMisplacedSecret(of name: ProfileName, _ settings: CognitoSettings) async throws {
    guard keystoreStatus.state == .unlocked else { return }
    do throws(StoreError) {
      guard let envelope = try await parts.keystore.clientSecret(for: name) else { return }
      if ClientSecretEnvelope.fits(envelope, settings) { return }
    } catch {
      throw problem(error)
    }
    try await setClientSecret(nil, for: name)
  }
}
