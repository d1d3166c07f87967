/// The generations that everybody has seen of each session.
package struct GenerationAccount<Session: Hashable> {
  private var announced: [Session: Int64] = [:]
  private var served: [Session: Int64] = [:]
  private var signedOut: [Session: Int64] = [:]

  package init() {}

  /// The last that was announced; 0 where none was.
  package func announced(of session: Session) -> Int64 { announced[session, default: 0] }

  /// What is wrong with announcing that generation; nil where nothing is.
  package mutating func announce(_ generation: Int64, of session: Session) -> String? {
    let before = announced(of: session)
    announced[session] = max(generation, before)
    return generation > before ? nil : "generation \(generation) of session \(session) is announced after \(before)"
  }

  /// What is wrong with handing out a token of that generation; nil where nothing is.
  ///
  /// - Parameter atOnce: whether the answer was made now, not a while ago.
  package mutating func serve(_ generation: Int64, of session: Session, atOnce: Bool) -> String? {
    let before = max(served[session, default: 0], atOnce ? announced(of: session) : 0)
    served[session] = max(generation, before)
    guard generation >= before else { return "session \(session) is served generation \(generation) after \(before)" }
    guard generation > signedOut[session, default: 0] else {
      return "session \(session) is served generation \(generation) after it was signed out"
    }
    return nil
  }

  /// No token of that generation or an earlier one may be handed out any more.
  package mutating func signedOut(_ session: Session, at generation: Int64) {
    signedOut[session] = max(generation, signedOut[session, default: 0])
  }
}
