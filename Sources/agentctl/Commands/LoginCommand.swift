public import ArgumentParser
import SessionAPI
import SessionAgentClient
public import SessionModel

/// `agentctl login`.
struct LoginCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "login", abstract: "Sign in.",
    discussion: """
      With a profile's name, or with a user pool's id or an issuer's address and --client-id: the profile is then made \
      on the way. On a terminal you are asked what the provider wants to know, secrets without echo. Otherwise each \
      question takes the next line of standard input:
        printf 'password\\ncode\\n' | agentctl login work --username me
      The flow admin takes an administrator's credentials from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and \
      AWS_SESSION_TOKEN, for this sign-in only.
      """)

  @Argument(help: ArgumentHelp("A profile, a user pool's id or an issuer's address.", valueName: "profile"))
  var target: String?
  @Option(help: "The name of the profile made on the way.") var name: String?
  @Option(help: "The session's name; without it the profile's.") var session: String?
  @Option(help: "Who.") var username: String?
  @Option(help: "How to authenticate; the profile has a default.") var flow: LoginFlow?
  @Option(help: "The challenge to choose first.") var preferred: String?
  @Option(name: .customLong("identity-provider"), help: "The hosted UI's identity provider.")
  var identityProvider: String?
  @Option(name: .customLong("idp-identifier"), help: "The hosted UI's identifier of one.") var idpIdentifier: String?
  @Option(name: .customLong("login-hint"), help: "What the provider's page is told of who signs in.")
  var loginHint: String?
  @Option(help: "The language of the provider's page.") var lang: String?
  @Flag(name: .customLong("no-browser"), help: "Print the page's address instead of opening it.") var noBrowser = false
  @Flag(help: "Replace another person's session of the same name.") var replace = false
  @Flag(help: "Sign in again although signed in.") var force = false
  @OptionGroup(title: "Of the profile made on the way") var profile: ProfileOptions

  func validate() throws {
    if profile.clientID == nil && !(profile.isEmpty && name == nil) {
      throw ValidationError("What describes a profile needs a user pool's id or issuer's address, and --client-id.")
    }
    if profile.clientID != nil && target == nil { throw ValidationError("Give a user pool's id or issuer's address.") }
  }

  func run() throws {
    let interrupts = try Interrupts()
    let prompter = Prompter(interrupts)
    let client = try Agent.client(interrupts: interrupts)
    try interrupts.guarding {
      try openKeystore(client, interrupts, prompter)
      let target = try LoginTarget(self, client)
      do {
        Output.result(try alreadySignedIn(target, client) ?? signIn(target, client, prompter))
      } catch {
        target.undo(client)
        throw error
      }
    }
  }

  private func signIn(_ target: LoginTarget, _ client: SessionAgentClient, _ prompter: Prompter) throws -> String {
    let browser = noBrowser ? nil : Browser(.process)
    let session = try LoginDialogue(
      client: client, prompter: prompter, browser: browser, takesOver: force
    ).run(request(target))
    return LoginCommand.welcome(session, now: Output.now())
  }

  /// Asks for what opens the keystore on a terminal; without one a closed keystore is the end.
  private func openKeystore(_ client: SessionAgentClient, _ interrupts: Interrupts, _ prompter: Prompter) throws {
    let keystore = try client.keystore()
    guard keystore.state != .unlocked else { return }
    guard prompter.terminal != nil else {
      let what =
        keystore.state == .uninitialized ? "There is no keystore yet." : "The keystore is \(keystore.state.rawValue)."
      throw CommandFailure(Problem(.locked, "\(what) Run: agentctl unlock"))
    }
    _ = try KeystoreOpening(client: client, interrupts: interrupts, prompter: prompter).open()
  }

  /// What to say where there is nothing to do.
  private func alreadySignedIn(_ target: LoginTarget, _ client: SessionAgentClient) throws -> String? {
    guard !force, !replace, let session = try client.sessions().first(where: { $0.name == target.session }),
      session.profile == target.profile, session.state == .active || session.state == .offline,
      // Somebody else by that name is the agent's to compare: it knows the subject.
      username == nil || username == session.username
    else { return nil }
    let now = session.providerTime(at: Output.now())
    let expiry = session.accessTokenExpiresAt.map { "; access token until \(RelativeTime.full($0, from: now))" }
    let who = session.username ?? session.subject ?? "a guest"
    return Visible.text(
      "Already signed in to \(session.name) as \(who)\(expiry ?? ""). To sign in again: "
        + "\(SessionWords.loginCommand(session)) --force")
  }

  private func request(_ target: LoginTarget) throws -> LoginRequestDocument {
    var request = LoginRequestDocument(profile: target.profile)
    request.session = target.session
    request.flow = flow
    request.username = username
    request.preferredChallenge = preferred
    request.identityProvider = identityProvider
    request.idpIdentifier = idpIdentifier
    request.loginHint = loginHint
    request.lang = lang
    request.replace = replace
    if (flow ?? target.profileFlow) == .admin { request.awsCredentials = try AWSEnvironment.credentials() }
    return request
  }

  static func welcome(_ session: SessionDocument, now: Timestamp) -> String {
    let who = session.username ?? session.subject ?? "a guest"
    let expiry = SessionWords.expiry(session, now: now).map { "; the access token expires \($0)" }
    return Visible.text("Signed in to \(session.name) as \(who)\(expiry ?? "").")
  }
}

extension LoginFlow: ExpressibleByArgument {}
