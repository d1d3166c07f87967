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
      let found = try ProfileChoice(client, profiles).resolve(command.target)
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
    if let bad = profiles.first(where: { $0.name == asked })?.error, asked != nil { throw ProfileChoice.badFile(bad) }
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
}
