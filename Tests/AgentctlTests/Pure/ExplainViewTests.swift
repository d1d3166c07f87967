import SessionAPI
import SessionModel
import Testing

@testable import agentctl

@Suite("The explanation of a session's state")
struct ExplainViewTests {
  private let now = Timestamp(seconds: 1_000_000)
  private let work = Name("work")

  private func entry(
    _ seq: Int64, _ event: JournalEvent, attempt: Int64? = nil, detail: String? = nil, status: Int? = nil
  ) -> JournalEntryDocument {
    let provider = status.map { ProviderAnswer(httpStatus: $0, code: "SomeException", requestID: "r-1") }
    return JournalEntryDocument(
      seq: seq,
      entry: JournalEntry(
        at: now.adding(milliseconds: (seq - 100) * 1000), event: event, from: .active, to: .offline, attempt: attempt,
        cause: JournalCause(.provider, provider: provider, detail: detail), message: "message \(seq)"))
  }

  private func lines(
    _ state: SessionState?, reason: SessionReason? = nil, _ entries: [JournalEntryDocument] = []
  ) throws -> [String] {
    let name = try #require(work)
    let session = state.map {
      SessionDocument(
        name: name, profile: name, provider: "cognito", issuer: "i", subject: "s", username: "anna", scopes: [],
        state: $0, reason: reason?.rawValue, generation: Generation(1),
        accessTokenExpiresAt: now.adding(milliseconds: 2_520_000), idTokenExpiresAt: nil, signedInAt: nil,
        nextRefreshAt: now.adding(milliseconds: 60_000))
    }
    return ExplainView(
      session: session, profiles: [], journal: JournalDocument(session: name, entries: entries, truncated: false),
      now: now, width: 100
    ).lines
  }

  @Test("says how the session stands, what comes next and what to do", arguments: SessionState.allCases)
  func standing(state: SessionState) throws {
    let text = try lines(state, reason: .refreshTokenRevoked).joined(separator: " ")
    switch state {
    case .active: #expect(text.contains("anna is signed in") && text.contains("Next refresh in 60 s"))
    case .offline: #expect(text.contains("Next attempt in 60 s") && text.contains("agentctl refresh work"))
    case .blocked: #expect(text.contains("agentctl login work") && text.contains("tries again in 60 s"))
    case .signInRequired: #expect(text.contains("revoked") && text.contains("agentctl login work"))
    case .locked: #expect(text.contains("agentctl unlock"))
    }
  }

  @Test("says that nobody is signed in, and still what happened")
  func gone() throws {
    let text = try lines(nil, [entry(1, .signedOut)]).joined(separator: "\n")
    #expect(text.hasPrefix("Nobody is signed in as work.") && text.contains("--session work"))
    #expect(text.contains("message 1"))
  }

  @Test("leaves out a beginning whose end is told, and joins what came again and again")
  func joined() throws {
    let entries = [
      entry(1, .refreshStarted, attempt: 1), entry(2, .refreshFailed, attempt: 1, detail: "d", status: 500),
      entry(3, .refreshStarted, attempt: 2), entry(4, .refreshFailed, attempt: 2, detail: "d", status: 500),
      entry(5, .refreshStarted, attempt: 3),
    ]
    let text = try lines(.offline, entries).joined(separator: "\n")
    #expect(!text.contains("message 1") && !text.contains("message 2") && !text.contains("message 3"))
    #expect(text.contains("message 4") && text.contains("2 times since") && text.contains("message 5"))
    #expect(text.contains("HTTP 500, SomeException, request r-1"))
  }
}
