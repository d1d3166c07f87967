/// What is known of refresh tokens, and why sessions may end.
package struct TokenAccount<Token: Hashable, SignIn: Hashable> {
  /// Tokens whose successor came in this life of the agent, and those whose successor is durable.
  private var received: Set<Token> = []
  private var spent: Set<Token> = []
  /// Tokens of which an answer with a successor may have come to nobody.
  private var lost: Set<Token> = []
  /// Sign-ins that the provider refused; whether because a spent token came to it.
  private var refusals: [SignIn: Bool] = [:]
  /// Sign-ins that a request ended which nobody waited for any more (a killed process's may come to the provider after
  /// its successor's): what the agent says of them it can't know better.
  private var endedUnheard: Set<SignIn> = []

  package init() {}

  package mutating func receivedSuccessor(of token: Token) { received.insert(token) }
  package mutating func storedSuccessor(of token: Token) { spent.insert(token) }
  package mutating func lostAnswer(to token: Token) { lost.insert(token) }

  /// The provider refuses.
  ///
  /// - Parameter isHeard: whether somebody waits for the answer.
  package mutating func refused(_ signIn: SignIn, asReused isReused: Bool, isHeard: Bool) {
    refusals[signIn] = isReused
    if !isHeard { endedUnheard.insert(signIn) }
  }

  /// The agent is killed.
  ///
  /// - Parameter isKept: whether a token is what the store still has, where that is known.
  package mutating func crashed(isKept: (Token) -> Bool? = { _ in nil }) {
    for token in received {
      switch isKept(token) {
      case true?: lost.insert(token)
      case false?: spent.insert(token)
      case nil: if !spent.contains(token) { lost.insert(token) }
      }
    }
    received = []
  }

  /// Whether the token must not be sent any more.
  package func isSpent(_ token: Token) -> Bool { spent.contains(token) || received.contains(token) }

  /// What is wrong with a session's end; nil where nothing is.
  ///
  /// - Parameter saysLost: whether the session says that an answer was lost.
  package func fault(ofEnd session: String, _ signIn: SignIn?, _ token: Token, saysLost: Bool) -> String? {
    guard let signIn, let isReused = refusals[signIn] else {
      return "session \(session) ended and the provider has not refused it"
    }
    guard isReused, !endedUnheard.contains(signIn) else { return nil }
    guard lost.contains(token) else { return "session \(session) was ended by reuse detection and no answer was lost" }
    return saysLost ? nil : "session \(session) was ended after a lost answer and doesn't say so"
  }
}
