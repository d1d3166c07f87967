import SessionModel

/// A provider as the contract's rules meet it: rotation with a grace period, and reuse detection that ends the family.
struct SimulatedProvider {
  /// The refresh tokens that descend from one sign-in.
  struct Family {
    var rotates: Bool
    var grace: Int64
    var end: Int64
    var refusal: SessionReason?
    /// Spent tokens, and when each was.
    var spent: [Int: Int64] = [:]
  }

  struct Tokens: Hashable {
    /// A new refresh token; nil where the old one stays.
    var rotated: Int?
    var issued: Int64
    var expires: Int64
  }

  enum Answer: Hashable {
    case tokens(Tokens)
    case refused(SessionReason)
  }

  /// How long access tokens live, in milliseconds.
  let life: Int64
  private(set) var families: [Int: Family] = [:]
  private var familyOf: [Int: Int] = [:]
  private var lastToken = 0

  init(life: Int64) { self.life = life }

  mutating func signIn(rotates: Bool, grace: Int64, lasting: Int64, at time: Int64) -> (refresh: Int, Tokens) {
    lastToken += 1
    familyOf[lastToken] = lastToken
    families[lastToken] = Family(rotates: rotates, grace: grace, end: time + lasting)
    return (lastToken, Tokens(rotated: nil, issued: time, expires: time + life))
  }

  mutating func refresh(_ token: Int, at time: Int64) -> Answer {
    guard let name = familyOf[token], var family = families[name] else { return .refused(.refreshTokenRevoked) }
    defer { families[name] = family }
    if let refusal = family.refusal { return .refused(refusal) }
    guard time < family.end else { return .refused(.refreshTokenExpired) }
    if let spentAt = family.spent[token], time > spentAt + family.grace {
      family.refusal = .refreshTokenReused
      return .refused(.refreshTokenReused)
    }
    var tokens = Tokens(rotated: nil, issued: time, expires: time + life)
    if family.rotates {
      lastToken += 1
      familyOf[lastToken] = name
      if family.spent[token] == nil { family.spent[token] = time }
      tokens.rotated = lastToken
    }
    return .tokens(tokens)
  }

  /// Somebody ends the sign-in from outside.
  mutating func end(_ token: Int, _ reason: SessionReason) {
    guard let name = familyOf[token] else { return }
    families[name]?.refusal = reason
  }

  /// What the token's family is refused for; nil where it isn't.
  func refusal(_ token: Int) -> SessionReason? { familyOf[token].flatMap { families[$0]?.refusal } }

  /// Whether its family has come to its end by itself.
  func isOver(_ token: Int, at time: Int64) -> Bool {
    familyOf[token].flatMap { families[$0] }.map { $0.end <= time } ?? true
  }
}
