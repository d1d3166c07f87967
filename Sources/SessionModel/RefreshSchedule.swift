/// When a token set is due for renewal, and how long to wait after a failure.
public enum RefreshSchedule {
  /// How long after issue a set of that life is due: max(½ life, min(⅘ life, life − 300 s)), less up to a tenth of it.
  ///
  /// - Parameters:
  ///   - life: the shorter of the access and the ID token's lives, in milliseconds.
  ///   - random: uniform in 0..<1.
  public static func due(life: Int64, random: Double) -> Int64 {
    let life = Double(max(life, 0))
    let latest = max(0.5 * life, min(0.8 * life, life - 300_000))
    return Int64(latest - 0.1 * life * random)
  }

  /// How long to wait after the `failures`th failure in a row (1 for the first): uniform(d/2, d) with
  /// d = min(1 s · 2ⁿ, 300 s), or what the provider asks where that is longer. In milliseconds.
  public static func backoff(failures: Int, retryAfterSeconds: Int?, random: Double) -> Int64 {
    let longest = 300_000.0
    let d = failures >= 9 ? longest : min(1000 * Double(1 << max(failures, 0)), longest)
    let own = Int64(d / 2 + d / 2 * random)
    return max(own, Int64(min(retryAfterSeconds ?? 0, 86_400)) * 1000)
  }

  /// How long a blocked session waits, in milliseconds.
  public static let blockedInterval: Int64 = 300_000
  /// The least time between two refreshes by hand that cut a back-off short, in milliseconds.
  public static let manualInterval: Int64 = 10_000
  /// The least time between two refreshes for requests that want a longer-lived token, in milliseconds.
  public static let demandInterval: Int64 = 10_000
  /// The least time between two attempts that a return of the network brings forward, in milliseconds.
  public static let returnInterval: Int64 = 10_000
  /// How long a request waits for an attempt that follows by itself on one that reached nobody, in milliseconds.
  public static let patience: Int64 = 1000
  /// A token with less left counts as expired, in milliseconds.
  public static let expiryMargin: Int64 = 1000
}

/// When the tokens of one generation begin and end, on the clock for deadlines.
public struct TokenTimes: Hashable, Sendable {
  /// When they were received.
  public var receivedAt: BootInstant
  /// When the access token expires.
  public var accessExpiry: BootInstant
  /// When the ID token expires.
  public var idExpiry: BootInstant?
  /// The shorter of the two tokens' lives from issue, in milliseconds.
  public var life: Int64

  /// Times.
  public init(receivedAt: BootInstant, accessExpiry: BootInstant, idExpiry: BootInstant?, life: Int64) {
    self.receivedAt = receivedAt
    self.accessExpiry = accessExpiry
    self.idExpiry = idExpiry
    self.life = life
  }

  /// The times of a token set as seen now.
  public init(_ tokens: TokenSet, now: Now) {
    func life(_ token: Token) -> Int64 { token.expiresAt.milliseconds - token.issuedAt.milliseconds }
    let shorter = min(life(tokens.access), tokens.id.map(life) ?? Int64.max)
    let issued = max(tokens.access.issuedAt, tokens.id?.issuedAt ?? tokens.access.issuedAt)
    self.init(
      receivedAt: min(now.boot(of: issued), now.boot), accessExpiry: now.boot(of: tokens.access.expiresAt),
      idExpiry: tokens.id.map { now.boot(of: $0.expiresAt) }, life: max(shorter, 0))
  }

  /// When a token of that type expires.
  public func expiry(_ type: TokenType) -> BootInstant? {
    switch type {
    case .access: accessExpiry
    case .id: idExpiry
    }
  }
}
