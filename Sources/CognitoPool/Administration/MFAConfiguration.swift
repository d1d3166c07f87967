/// SetUserPoolMfaConfig and GetUserPoolMfaConfig.
extension PoolTurn {
  mutating func setUserPoolMFAConfig(_ request: Request) throws -> [String: JSON] {
    let mfa = request.string("MfaConfiguration").flatMap(UserPool.MFA.init) ?? .off
    let given = request.kept(UserPool.factorSettings)
    if mfa != .off, !UserPool.hasFactor(given) {
      throw ServiceError.invalidParameter("Invalid MFA configuration given, can't turn on MFA without a factor.")
    }
    if given["EmailMfaConfiguration"] != nil,
      pool.settings.given["EmailConfiguration"]?["EmailSendingAccount"]?.asString != "DEVELOPER"
    {
      throw ServiceError.invalidParameter("Email MFA requires the pool's EmailSendingAccount to be DEVELOPER.")
    }
    pool.mfa = mfa
    pool.settings.given = pool.settings.given.filter { !UserPool.factorSettings.contains($0.key) }
    pool.settings.given.merge(given) { $1 }
    if given["SoftwareTokenMfaConfiguration"] == nil {
      pool.settings.given["SoftwareTokenMfaConfiguration"] = .object(["Enabled": .bool(false)])
    }
    pool.settings.modifiedAt = now
    return getUserPoolMFAConfig(request)
  }

  func getUserPoolMFAConfig(_: Request) -> [String: JSON] {
    var answer = pool.settings.given.filter { UserPool.factorSettings.contains($0.key) }
    answer["MfaConfiguration"] = .string(pool.mfa.rawValue)
    answer["SoftwareTokenMfaConfiguration"] = .object(["Enabled": .bool(pool.allowsSoftwareTokens)])
    return answer
  }
}

extension UserPool {
  /// Whether users may turn this factor on. A seed says nothing of factors: with MFA, all of them.
  func allows(_ factor: User.Factor) -> Bool {
    if mfa == .off { return false }
    if settings.isSeeded { return true }
    return switch factor {
    case .softwareToken: allowsSoftwareTokens
    case .sms: settings.given["SmsMfaConfiguration"] != nil
    case .email: settings.given["EmailMfaConfiguration"] != nil
    }
  }

  /// A pool of a seed takes authenticators wherever it has MFA; one made by the API once that is set.
  var allowsSoftwareTokens: Bool {
    settings.given["SoftwareTokenMfaConfiguration"]?["Enabled"]?.asBool ?? (mfa != .off)
  }
}
