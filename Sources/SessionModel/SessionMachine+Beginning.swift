/// What begins an attempt.
extension SessionMachine {
  mutating func due(_ now: Now) -> [Effect] {
    guard let deadline, deadline <= now.boot else { return [.arm] }
    switch phase {
    case .resting: return begin(after: nil)
    case .waiting(let trouble): return begin(after: trouble, patience: patience(trouble, now))
    case .attempting, .ended, .removed:
      self.deadline = nil
      return [.arm]
    }
  }

  /// A request never cuts a back-off short.
  mutating func tokenWanted(_ now: Now) -> [Effect] {
    switch phase {
    case .resting: begin(after: nil)
    case .waiting(let trouble): trouble.until <= now.boot ? begin(after: trouble, patience: patience(trouble, now)) : []
    case .attempting, .ended, .removed: []
    }
  }

  mutating func refreshAsked(_ now: Now) -> [Effect] {
    switch phase {
    case .resting: return begin(after: nil)
    case .waiting(var trouble) where trouble.blocked != .profileChanged:
      let allowed = lastManual.map { $0.adding(milliseconds: RefreshSchedule.manualInterval) <= now.boot } ?? true
      guard allowed || trouble.until <= now.boot else { return [] }
      lastManual = now.boot
      // A return of the network that waits for its turn has it with this attempt.
      lastReturn = lastReturn.map { min($0, now.boot) }
      trouble.failures = 0
      return begin(after: trouble)
    case .waiting, .attempting, .ended, .removed: return []
    }
  }

  /// Nothing was asked of the provider so far, so there is nothing to wait for.
  mutating func holdReleased(_ now: Now) -> [Effect] {
    lastManual = nil
    return refreshAsked(now)
  }

  /// A network that comes and goes is no reason to ask at each of its comings.
  mutating func networkReturned(_ now: Now) -> [Effect] {
    let allowed = lastReturn.map { $0.adding(milliseconds: RefreshSchedule.returnInterval) } ?? now.boot
    switch phase {
    case .waiting(var trouble) where trouble.blocked == nil:
      guard allowed <= now.boot else {
        guard allowed < trouble.until else { return [] }
        lastReturn = allowed
        trouble.until = allowed
        phase = .waiting(trouble)
        deadline = allowed
        return [.arm]
      }
      lastReturn = now.boot
      trouble.failures = 0
      return begin(after: trouble)
    case .attempting(var attempt) where attempt.failuresBefore > 0 && attempt.trouble?.blocked == nil:
      // It may hang on the network that was: should it fail, it is the first failure of the one that is.
      guard allowed <= now.boot else { return [] }
      lastReturn = now.boot
      attempt.failuresBefore = 0
      attempt.patience = nil
      phase = .attempting(attempt)
      return []
    case .resting: return deadline.map { $0 <= now.boot } == true ? begin(after: nil) : []
    case .waiting, .attempting, .ended, .removed: return []
    }
  }

  private func patience(_ trouble: Trouble, _ now: Now) -> BootInstant? {
    trouble.reachedNobody ? now.boot.adding(milliseconds: RefreshSchedule.patience) : nil
  }

  private mutating func begin(after trouble: Trouble?, patience: BootInstant? = nil) -> [Effect] {
    deadline = nil
    if let trouble, let number = trouble.unpersisted {
      phase = .attempting(
        Attempt(
          number: number, step: .persisting, failuresBefore: trouble.failures, trouble: trouble, patience: patience))
      return [.persist(attempt: number), .arm]
    }
    lastAttempt += 1
    phase = .attempting(
      Attempt(
        number: lastAttempt, step: .recording, failuresBefore: trouble?.failures ?? 0, trouble: trouble,
        patience: patience))
    return [.recordIntent(attempt: lastAttempt), .arm]
  }
}
