/// Which token may be handed out.
extension SessionMachine {
  /// What to do with a request for a token.
  public enum TokenDecision: Hashable, Sendable {
    /// Hand out the token at hand; `stale` where it is shorter-lived than asked.
    case serve(stale: Bool)
    /// Hand out the token at hand, and tell the machine that a better one is wanted.
    case serveAndRefresh
    /// Tell the machine that a better token is wanted, and wait for what becomes of it.
    case refreshAndWait
    /// A refresh is under way: wait for it, for as long as its `patience` lasts.
    case wait
    /// There is no token to hand out.
    case refuse
  }

  /// Decides on a request.
  ///
  /// - Parameters:
  ///   - minimumTTL: how long the token must live, in milliseconds.
  ///   - strict: whether a shorter-lived one is refused.
  public func decide(_ type: TokenType, minimumTTL: Int64, strict: Bool, now: Now) -> TokenDecision {
    let left = remaining(type, now: now)
    let isValid = left >= RefreshSchedule.expiryMargin
    switch phase {
    case .ended, .removed: return .refuse
    case .resting where isValid && left >= minimumTTL:
      return policy == .onDemand && left < times.life / 5 ? .serveAndRefresh : .serve(stale: false)
    case .attempting where isValid && left >= minimumTTL: return .serve(stale: false)
    case .waiting(let trouble) where isValid && left >= minimumTTL:
      // Of an on-demand session nobody else tries again.
      let asks = policy == .onDemand && left < times.life / 5 && trouble.until <= now.boot
      return asks ? .serveAndRefresh : .serve(stale: false)
    case .attempting(let attempt):
      let isOver = attempt.patience.map { $0 <= now.boot } ?? false
      return isOver ? fallback(isValid: isValid, strict: strict) : .wait
    case .resting:
      let mayAsk = !isValid || renewable(type, minimumTTL: minimumTTL) <= now.boot
      return mayAsk ? .refreshAndWait : fallback(isValid: isValid, strict: strict)
    case .waiting(let trouble):
      return trouble.until <= now.boot ? .refreshAndWait : fallback(isValid: isValid, strict: strict)
    }
  }

  /// From when on a request for a longer-lived token than there is has the tokens renewed, while nothing is in trouble:
  /// once in ten seconds, or in a tenth of the tokens' life where even a new one lives shorter than asked.
  public func renewable(_ type: TokenType, minimumTTL: Int64) -> BootInstant {
    let soonest = (renewedAt ?? times.receivedAt).adding(milliseconds: RefreshSchedule.demandInterval)
    guard !reaches(minimumTTL, type) else { return soonest }
    return max(soonest, times.receivedAt.adding(milliseconds: times.life / 10))
  }

  /// Whether a new token, as the provider makes them, lives as long as asked.
  public func reaches(_ minimumTTL: Int64, _ type: TokenType) -> Bool {
    let life = times.expiry(type).map { $0.milliseconds - times.receivedAt.milliseconds } ?? 0
    return minimumTTL <= life - RefreshSchedule.expiryMargin
  }

  /// What a request gets that cannot or will not wait any longer.
  public func decideWithoutWaiting(_ type: TokenType, strict: Bool, now: Now) -> TokenDecision {
    switch phase {
    case .ended, .removed: .refuse
    case .resting, .attempting, .waiting:
      fallback(isValid: remaining(type, now: now) >= RefreshSchedule.expiryMargin, strict: strict)
    }
  }

  /// What is left of a token's life, in milliseconds; 0 or less once expired or where there is none.
  public func remaining(_ type: TokenType, now: Now) -> Int64 {
    times.expiry(type).map { $0.milliseconds - now.boot.milliseconds } ?? 0
  }

  private func fallback(isValid: Bool, strict: Bool) -> TokenDecision {
    isValid && !strict ? .serve(stale: true) : .refuse
  }
}
