import SessionModel
import Simulation

@testable import SessionAgent

/// What must have come to its end in time.
enum Pending: Hashable {
  /// A session's deadline, or nil for that of the orders to revoke.
  case due(String?)
  case attempt(String, Int64)
  /// The store of a new run of the agent.
  case opening
  /// Network, provider and disk are willing.
  case willingness
  /// A sign-in that ought to be revoked, and of which the agent has neither a session nor an order.
  case unowed(String)
}

/// What is looked at after each step.
extension AgentWorld {
  /// - Parameter end: when the next thing happens, in microseconds: until then all stays as it is.
  func check(until end: Int64) throws {
    if let life, life.isServing, let agent = life.agent {
      let seen = agent.assumeIsolated { [seenEvents] in $0.seen(after: seenEvents) }
      seenEvents = seen.events.place
      if seen.closed == nil, !life.hasOpened {
        life.hasOpened = true
        found(watch.found(seen.sessions))
      }
      for event in seen.events.generations { announces(event.session, event.generation) }
      for session in seen.sessions {
        found(watch.looks(at: session, grant: pool.grant(of: session.refreshToken)))
      }
      if let closed = seen.closed {
        life.hasOpened ? pending.restart() : checkItOpens(closed, until: max(end, stage.time))
      } else {
        checkIsOnTime(seen, until: max(end, stage.time))
      }
    } else {
      pending.restart()
    }
    if let finding { throw finding }
  }

  /// What is announced is durable: a crash soon after shows it.
  private func announces(_ session: String, _ generation: Int64) {
    found(watch.announces(session, generation))
    if !isCalm, stage.random.oneIn(20) { stage.plan(after: stage.random.from(0...200)) { self.crash() } }
  }

  /// A store that did not open at the start for want of room opens soon after there is some.
  private func checkItOpens(_ why: String, until end: Int64) {
    let time = pending.time(of: .opening, !isDiskFull, since: stage.time, until: end)
    if time > 12_000_000 { found("the store does not open: \(why)") }
  }

  private func checkIsOnTime(_ seen: Seen, until end: Int64) {
    checkIsDue(nil, seen.owed.deadline, until: end)
    let isWilling = hasNetwork && trouble == .none && !isDiskFull
    let willing = pending.time(of: .willingness, isWilling, since: stage.time, until: end)
    for session in seen.sessions {
      checkIsDue(session, session.deadline, until: end)
      switch session.phase {
      case .attempting(let attempt):
        let time = pending.time(of: .attempt(session.id, attempt.number), true, since: stage.time, until: end)
        if time > 60_000_000 { found("an attempt of session \(session.name) takes longer than a minute") }
      case .waiting(let trouble) where session.policy == .proactive:
        checkItWaitsForReason(session, trouble, willing: willing, until: end)
      case .waiting, .resting, .ended, .removed: break
      }
    }
    checkAllIsOwed(seen, until: end)
  }

  /// What is due begins by itself within two seconds.
  private func checkIsDue(_ session: SessionView?, _ deadline: BootInstant?, until end: Int64) {
    let due = deadline.map { trueTime(of: $0) } ?? .max
    let time = pending.time(of: .due(session?.id), due <= end, since: max(due, stage.time), until: end)
    guard time > 2_000_000 else { return }
    found("\(session.map { "session \($0.name)" } ?? "an order to revoke") has been due for two seconds")
  }

  /// Where nothing stands in the way any more, a session comes right: soon after the network's return, else within the
  /// longest wait and the attempts around it.
  private func checkItWaitsForReason(
    _ session: SessionView, _ trouble: SessionMachine.Trouble, willing: Int64, until end: Int64
  ) {
    if willing > 345_000_000 {
      found("session \(session.name) waits and nothing has stood in the way for \(willing / 1_000_000) s: \(trouble)")
    }
    let back = networkIsBackSince.map { end - $0 } ?? 0
    if back > 30_000_000, trouble.blocked == nil, trouble.problem.code == .offline {
      found("session \(session.name) is offline \(back / 1_000_000) s after the network is back: \(trouble)")
    }
  }

  /// A sign-in that is over for the agent is over for the provider too, or an order to end it is kept.
  private func checkAllIsOwed(_ seen: Seen, until end: Int64) {
    guard !watch.unsettled.isEmpty else { return }
    let kept = Set((seen.owed.tokens + seen.sessions.map(\.refreshToken)).compactMap { pool.grant(of: $0) })
    for grant in watch.unsettled.sorted() {
      if pool.isOver(grant, at: seconds) {
        watch.settled(grant)
        continue
      }
      let time = pending.time(of: .unowed(grant), !kept.contains(grant), since: stage.time, until: end)
      guard time > 30_000_000 else { continue }
      found("the refresh token of a session that was signed out or replaced serves, and nobody means to revoke it")
    }
  }
}
