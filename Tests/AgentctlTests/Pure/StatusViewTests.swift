import SessionAPI
import SessionAgentClient
import SessionModel
import Testing

@testable import agentctl

@Suite("The status view")
struct StatusViewTests {
  private let now = Timestamp(seconds: 1_000_000)

  private func session(_ state: SessionState, reason: SessionReason? = nil) throws -> SessionDocument {
    SessionDocument(
      name: try #require(Name("work")), profile: try #require(Name("work")), provider: "cognito", issuer: "i",
      subject: "s", username: "anna", scopes: [], state: state, reason: reason?.rawValue, generation: Generation(1),
      accessTokenExpiresAt: now.adding(milliseconds: 2_520_000), idTokenExpiresAt: nil, signedInAt: nil,
      nextRefreshAt: now.adding(milliseconds: 60_000))
  }

  private func lines(
    _ sessions: [SessionDocument], keystore: KeystoreState = .unlocked, pending: [PendingDocument] = [],
    width: Int? = nil
  ) -> [String] {
    let agent = AgentDocument(
      version: "1", pid: 1, uptimeSeconds: 300, socket: "s", network: .online,
      keystore: .init(state: keystore, keySource: "secret-service"))
    let status = StatusDocument(agent: agent, sessions: sessions, pending: pending)
    let style = Style(isTerminal: false, environment: Environment([:]))
    return StatusView(status: status, now: now, width: width, style: style).lines
  }

  @Test("has a line for the agent and one for each session")
  func active() throws {
    #expect(
      lines([try session(.active)]) == [
        "Agent 1, running for 5 min; keystore unlocked, secret-service; network online",
        "SESSION  USER  STATE   TOKEN EXPIRES  REFRESH  PROFILE", "work     anna  active  in 42 min      in 60 s  work",
      ])
  }

  @Test("reckons a token's life by the provider's clock and says where this machine's is off")
  func skew() throws {
    var session = try session(.active)
    session.clockSkewSeconds = 7200
    session.accessTokenExpiresAt = now.adding(milliseconds: 9_720_000)
    let lines = lines([session])
    #expect(lines[2].contains("in 42 min"))
    #expect(lines.last?.contains("clock is 2 h behind the provider's") == true)
  }

  @Test("says in words why a session must be signed in again, with the command", arguments: SessionReason.allCases)
  func reasons(reason: SessionReason) throws {
    for state in [SessionState.signInRequired, .blocked] {
      let last = try #require(lines([try session(state, reason: reason)]).last)
      #expect(last.hasPrefix("work: ") && !last.contains(reason.rawValue) || reason == .refused)
      #expect(last.contains("agentctl login work") || last.contains("agentctl profile add work"))
    }
    // No token can be had of a session that has ended, so none expires.
    #expect(!lines([try session(.signInRequired, reason: reason)])[2].contains("42 min"))
  }

  @Test("says what the agent says of a profile that blocks a session, and no command that would not help")
  func profileChanged() throws {
    var session = try session(.blocked, reason: .profileChanged)
    let message = "/p/work.toml:3: \"x\" is not a known key. Correct the file."
    session.lastError = LastErrorDocument(
      code: ProblemCode.badConfiguration.rawValue, message: message, at: now, retryable: false)
    #expect(lines([session]).last == "work: Its tokens are served while they are valid. \(message)")
  }

  @Test("names the profile in the command where the session is called otherwise")
  func otherName() throws {
    var session = try session(.signInRequired, reason: .userDisabled)
    session.name = try #require(Name("second"))
    #expect(lines([session]).last?.contains("agentctl login work --session second") == true)
  }

  @Test("says when an offline session is tried again")
  func offline() throws {
    #expect(lines([try session(.offline)]).last?.contains("Next attempt in 60 s") == true)
  }

  @Test("says what to do about the keystore", arguments: KeystoreState.allCases)
  func keystore(state: KeystoreState) throws {
    let text = lines([try session(.locked)], keystore: state).joined(separator: "\n")
    #expect(text.contains("agentctl unlock") == (state == .locked || state == .uninitialized))
    #expect(text.contains("agentctl keystore status") == (state == .unavailable || state == .damaged))
  }

  @Test("shows what is still to be revoked")
  func pending() throws {
    let order = PendingDocument(
      session: try #require(Name("old")), issuer: "i", attempts: 1, nextAttemptAt: now.adding(milliseconds: 30_000),
      givesUpAt: now.adding(milliseconds: 864_000_000), lastError: nil)
    let expected = "Still to be revoked at the provider: old (1 attempt, next in 30 s, given up in 10 d)."
    #expect(lines([], pending: [order]).last == expected)
  }

  @Test("says how to begin where nobody is signed in")
  func empty() { #expect(lines([]).last?.contains("agentctl login") == true) }

  @Test("fits the terminal", arguments: [40, 60, 80])
  func fits(width: Int) throws {
    let sessions = [try session(.active), try session(.signInRequired, reason: .refreshAnswerLost)]
    #expect(lines(sessions, width: width).allSatisfy { Visible.width($0) <= width })
  }
}
