internal import NIOCore
internal import NIOHTTP1
internal import SessionAPI
internal import SessionModel
internal import SessionStore
internal import WireJSON

/// The routes of profiles.
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
    let isNew = try parts.profileFolder.readOrAdmit(name) == nil
    document.name = name
    let secret = document.clientSecret
    if case .set(let value) = secret, !Agent.canBeClientSecret(value) {
      throw Problem(
        .invalidRequest,
        "Member \"client_secret\" must have 1 to 1024 bytes, none a control character. Null removes the one kept.")
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
      try await self.storeClientSecret(secret, for: name, parsed.provider)
      try await self.write(wanted, name)
      let shown = try await self.shown(name).orElse(Agent.noSuchProfile(name))
      return Response.json(shown.json, status: isNew ? .created : .ok)
    }
  }

  func deleteProfile(_ request: Request, _ name: ProfileName) throws -> Reply {
    try request.allowOnly()
    let users =
      sessions.all.filter { $0.record.profile == name }.map(\.record.name)
      + summaries.filter { $0.profile == name && sessions[$0.name] == nil }.map(\.name)
    if let user = users.min() {
      throw Problem(
        .conflict, "Session \(user) uses profile \(name). Run first: agentctl logout \(user)", session: user)
    }
    guard let document = try parts.profileFolder.readOrAdmit(name) else { throw Agent.noSuchProfile(name) }
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
    Problem(
      .notFound,
      "There is no profile \(name). Make it: agentctl profile add \(name) --user-pool-id POOL --client-id CLIENT")
  }

  private static func canBeClientSecret(_ value: Secret) -> Bool {
    (1...1024).contains(value.count) && value.withRevealedBytes { $0.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }
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
    if document.error == nil { document.passwordRules = await passwordRules(of: name) }
    return document
  }

  private func write(_ document: ProfileDocument, _ name: ProfileName) throws {
    try parts.profileFolder.write(document, name: name)
    _ = try profile(name)
  }

  private func remove(_ name: ProfileName) async throws {
    try parts.profileFolder.remove(name)
    try await setClientSecret(nil, for: name)
    await dropDevices(of: name)
    profiles[name] = nil
    profileProblems[name] = nil
    publish(.profileChanged, session: nil, [JSONMember("profile", .string(name.rawValue))])
  }
}

extension ProfileFolder {
  /// As `read`, but a bad file counts as one that is there.
  fileprivate func readOrAdmit(_ name: ProfileName) throws -> ProfileDocument? {
    do {
      return try read(name)
    } catch {
      return ProfileDocument(name: name)
    }
  }
}
