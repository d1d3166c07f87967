internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import SessionAPI
internal import SessionModel
internal import SessionStore
internal import WireJSON

/// Profiles: read from their files when they are used, the last good state kept.
extension Agent {
  func getProfiles(_ request: Request) throws -> Reply {
    try request.allowOnly()
    let names = parts.profileFolder.names()
    return .later {
      var documents: [ProfileDocument] = []
      for name in names { if let document = await self.shown(name) { documents.append(document) } }
      return .json(ProfilesDocument(profiles: documents).json)
    }
  }

  func getProfile(_ request: Request, _ name: ProfileName) throws -> Reply {
    try request.allowOnly()
    _ = try profile(name)
    return .later { .json(try await self.shown(name).orElse(Agent.noSuchProfile(name)).json) }
  }

  func putProfile(_ request: Request, _ name: ProfileName) throws -> Reply {
    try request.allowOnly()
    var document = try request.json(ProfileDocument.init(text:))
    guard document.name == nil || document.name == name else {
      throw Problem(.invalidRequest, "Member \"name\" is not the name in the path.")
    }
    let isNew = try parts.profileFolder.read(name, ifValid: true) == nil
    document.name = name
    let secret = document.clientSecret
    if case .set(let value) = secret, value.isEmpty {
      throw Problem(.invalidRequest, "Member \"client_secret\" is empty. Give one, or null to remove it.")
    }
    document.clientSecret = .keep
    let parsed: Profile
    do {
      parsed = try Profile(document, name: name)
    } catch let problem as ProfileProblem {
      throw Problem(.invalidRequest, "Profile member \"\(problem.key.rawValue)\" \(problem.what).")
    }
    let wanted = document
    return .later {
      try await self.store(secret, for: name, parsed.provider)
      try await self.write(wanted, name)
      let shown = try await self.shown(name).orElse(Agent.noSuchProfile(name))
      return Response.json(shown.json, status: isNew ? .created : .ok)
    }
  }

  func deleteProfile(_ request: Request, _ name: ProfileName) throws -> Reply {
    try request.allowOnly()
    let users =
      sessions.values.filter { $0.record.profile == name }.map(\.record.name)
      + summaries.filter { $0.profile == name && sessions[$0.name] == nil }.map(\.name)
    if let user = users.min() {
      throw Problem(
        .conflict, "Session \(user) uses profile \(name). Run first: agentctl logout \(user)", session: user)
    }
    guard let document = try parts.profileFolder.read(name, ifValid: true) else { throw Agent.noSuchProfile(name) }
    guard document.source != .system else {
      throw Problem(
        .denied, "Profile \(name) is the system's, in \(parts.profileFolder.system). Its administrator can remove it.")
    }
    return .later {
      try await self.remove(name)
      return .noContent
    }
  }

  static func noSuchProfile(_ name: ProfileName) -> Problem {
    Problem(.notFound, "There is no profile \(name). Make it: agentctl profile add \(name)")
  }

  /// A profile as clients see it; one whose file is bad says what is wrong with it.
  private func shown(_ name: ProfileName) async -> ProfileDocument? {
    var document: ProfileDocument
    do {
      document = try profile(name)
    } catch {
      guard let problem = profileProblems[name] else { return nil }
      document = ProfileDocument(name: name, source: parts.profileFolder.source(of: name), error: problem.detail)
    }
    document.hasClientSecret = (try? await parts.keystore.hasClientSecret(for: name)) ?? false
    return document
  }

  private func store(
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

  private func setClientSecret(_ secret: Secret?, for name: ProfileName) async throws {
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

  private func write(_ document: ProfileDocument, _ name: ProfileName) throws {
    try parts.profileFolder.write(document, name: name)
    _ = try profile(name)
  }

  private func remove(_ name: ProfileName) async throws {
    try parts.profileFolder.remove(name)
    try await setClientSecret(nil, for: name)
    profiles[name] = nil
    profileProblems[name] = nil
    publish(.profileChanged, session: nil, [JSONMember("profile", .string(name.rawValue))])
  }

  // MARK: - Reading

  /// The profile as its file says now.
  ///
  /// - Throws: `Problem` (`bad_configuration`, `not_found`).
  func profile(_ name: ProfileName) throws -> ProfileDocument {
    do {
      guard let document = try parts.profileFolder.read(name) else {
        profileProblems[name] = nil
        throw Agent.noSuchProfile(name)
      }
      profileProblems[name] = nil
      if profiles.updateValue(document, forKey: name) != document {
        if document.access != nil {
          parts.logger.warning("[access] is not enforced yet", metadata: ["profile": "\(name)"])
        }
        profileDidChange(name)
      }
      return document
    } catch let problem as Problem {
      if problem.code == .badConfiguration { profileProblems[name] = problem }
      throw problem
    }
  }

  func parsed(_ document: ProfileDocument, _ name: ProfileName) throws -> Profile {
    do {
      return try Profile(document, name: name)
    } catch let problem as ProfileProblem {
      throw Problem(.badConfiguration, "Profile \(name): \"\(problem.key.rawValue)\" \(problem.what).")
    }
  }

  func profileExists(_ name: ProfileName) -> Bool {
    do {
      _ = try profile(name)
      return true
    } catch {
      return profileProblems[name] != nil
    }
  }

  /// Reads all files (start, SIGHUP). A bad one leaves the last good state in force.
  func loadProfiles() {
    for name in parts.profileFolder.names() {
      do {
        _ = try profile(name)
      } catch {
        let why = (error as? Problem)?.detail ?? ""
        parts.logger.error("a profile is bad", metadata: ["profile": "\(name)", "why": "\(why)"])
      }
    }
    hasReadProfiles = true
  }

  func refreshPolicy(of name: ProfileName) -> RefreshPolicy {
    profiles[name]?.string(.refresh).flatMap(RefreshPolicy.init) ?? .proactive
  }

  private func profileDidChange(_ name: ProfileName) {
    if hasReadProfiles { publish(.profileChanged, session: nil, [JSONMember("profile", .string(name.rawValue))]) }
    for session in sessions.values where session.record.profile == name {
      feed(.policyChanged(refreshPolicy(of: name)), to: session)
      checkProfile(of: session)
    }
  }

  /// A session keeps to where it was signed in; a profile that names another place blocks it (SECURITY 1).
  func checkProfile(of session: LiveSession) {
    let record = session.record
    if let settings = cognitoSettings(of: record.profile), settings.fits(record.binding) {
      return feed(.profileMismatch(nil), to: session)
    }
    let problem =
      profileProblems[record.profile] ?? missingFile(of: record)
      ?? Problem(
        .badConfiguration,
        "Profile \(record.profile) is not the one that session \(record.name) was signed in with. "
          + "Restore it, or run: \(Agent.loginCommand(record.profile, record.name))",
        reason: SessionReason.profileChanged.rawValue, session: record.name)
    note(problem, in: session)
    feed(.profileMismatch(problem), to: session)
  }

  private func missingFile(of record: SessionRecord) -> Problem? {
    guard profiles[record.profile] == nil else { return nil }
    return Problem(
      .badConfiguration,
      "The file of profile \(record.profile), which session \(record.name) was signed in with, is gone. "
        + "Restore it, or make it anew: agentctl profile add \(record.profile)",
      reason: SessionReason.profileChanged.rawValue, session: record.name)
  }

  /// SIGHUP: settings and profiles anew.
  func reload() async {
    do {
      let settings = try Settings.load(parts.settingsFiles)
      parts.settings = settings
      await parts.keystore.limitJournal(to: settings.journalEntries)
      parts.logger.logLevel = settings.logLevel
    } catch {
      let why = (error as? Problem)?.detail ?? ""
      parts.logger.error("the settings are bad; the old ones stay", metadata: ["why": "\(why)"])
    }
    loadProfiles()
    parts.logger.info("settings and profiles were read again")
  }
}

extension ProfileFolder {
  /// As `read`, but a bad file counts as one that is there.
  fileprivate func read(_ name: ProfileName, ifValid: Bool) throws -> ProfileDocument? {
    do {
      return try read(name)
    } catch {
      return ProfileDocument(name: name)
    }
  }
}

extension CognitoSettings {
  /// Whether a session bound there was signed in through these settings.
  fileprivate func fits(_ binding: SessionBinding) -> Bool {
    binding.userPoolID == userPoolID && binding.clientID == clientID && binding.serviceURL == serviceURL
      && issuers.contains(binding.issuer)
  }
}
