import SessionAPI
import SessionAgentClient
import SessionModel

/// What a login is about: a profile that is there, or one made for it.
struct LoginTarget {
  /// The profile.
  let profile: ProfileName
  /// The session.
  let session: SessionName
  /// The profile's own flow, where it names one.
  let profileFlow: LoginFlow?
  /// Whether the profile was made for this login.
  private let isMade: Bool

  /// Finds or makes the profile.
  init(_ command: LoginCommand, _ client: SessionAgentClient) throws {
    let profiles = try client.profiles()
    let asked = try command.session.map { text in
      guard let name = Name(text) else { throw SessionChoice.noName(text) }
      return name
    }
    let made: ProfileDocument?
    if command.profile.clientID != nil, let provider = command.target {
      (profile, made) = try LoginTarget.onTheWay(provider, command, profiles, client)
      session = asked ?? profile
    } else {
      let found = try LoginTarget.find(command.target, profiles, client)
      (profile, made) = (found.profile, nil)
      session = asked ?? found.session
    }
    isMade = made != nil
    let document = made ?? profiles.first { [profile] in $0.name == profile }
    profileFlow = document?.string(.authFlow).flatMap(LoginFlow.init(rawValue:))
  }

  /// Takes back what was made, once the login has failed.
  func undo(_ client: SessionAgentClient) {
    guard isMade else { return }
    var patient = client
    patient.cancelDescriptor = -1
    try? patient.removeProfile(profile)
  }

  private static func onTheWay(
    _ provider: String, _ command: LoginCommand, _ profiles: [ProfileDocument], _ client: SessionAgentClient
  ) throws -> (ProfileName, made: ProfileDocument?) {
    let isIssuer = provider.contains("://")
    let document = try command.profile.document(
      userPoolID: isIssuer ? nil : provider, issuer: isIssuer ? provider : nil)
    let asked = try command.name.map { text in
      guard let name = Name(text) else { throw SessionChoice.noName(text) }
      return name
    }
    if let bad = profiles.first(where: { $0.name == asked })?.error, asked != nil { throw badFile(bad) }
    switch ProfileOnTheWay.plan(document, named: asked, among: profiles) {
    case .use(let name): return (name, nil)
    case .make(let name):
      _ = try client.setProfile(name, document)
      return (name, document)
    case .taken(let name):
      let what = "The profile \(name) is another one."
      throw CommandFailure(
        Problem(.conflict, "\(what) Choose another --name, or look: agentctl profile show \(name)"))
    }
  }

  /// The profile of that name, or of the session of that name; left out, the default session's or the only one.
  private static func find(
    _ target: String?, _ profiles: [ProfileDocument], _ client: SessionAgentClient
  ) throws -> (profile: ProfileName, session: SessionName) {
    let names = profiles.filter { $0.error == nil }.compactMap(\.name)
    if let text = target ?? Environment.process["SESSION_AGENT_SESSION"] {
      guard let name = Name(text) else { throw isProvider(text) ? unknown(text) : SessionChoice.noName(text) }
      if names.contains(name) { return (name, name) }
      if let session = try client.sessions().first(where: { $0.name == name }) { return (session.profile, name) }
      // Asked for by name, the agent says what is wrong with a bad file.
      do throws(ClientError) {
        _ = try client.profile(name)
        return (name, name)
      } catch {
        throw error.problem?.code == .notFound ? unknown(text) : CommandFailure(error)
      }
    }
    guard let only = names.first else {
      throw profiles.compactMap(\.error).first.map(badFile) ?? SessionChoice.nobody(profiles: [])
    }
    guard names.count == 1 else {
      throw CommandFailure.usage(
        "There are several profiles: \(names.map(\.rawValue).joined(separator: ", ")). Name one.")
    }
    return (only, only)
  }

  private static func badFile(_ error: String) -> CommandFailure { CommandFailure(Problem(.badConfiguration, error)) }

  private static func unknown(_ target: String) -> CommandFailure {
    guard !isProvider(target) else {
      return .usage("Which client of \(target)? Run: agentctl login \(target) --client-id CLIENT")
    }
    return CommandFailure(Problem(.notFound, "There is no profile \"\(target)\". See: agentctl profile list"))
  }

  /// Whether it looks like an issuer's address or a user pool's id (`us-east-1_AbCdEfGhI`).
  static func isProvider(_ target: String) -> Bool {
    if target.contains("://") { return true }
    let parts = target.split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[1].isEmpty, parts[1].allSatisfy({ $0.isLetter || $0.isNumber }) else { return false }
    let region = parts[0].split(separator: "-", omittingEmptySubsequences: false)
    return region.count >= 3 && region.last.flatMap { Int($0) } != nil
  }
}
