import SessionModel
import Testing

@Suite("The session's machine")
struct SessionMachineTests {
  // MARK: - The way of a refresh

  @Test("a due refresh records its intent, asks, persists, arms and announces, in this order")
  func order() {
    var machine = Machine()
    #expect(machine.handle(.due, at: 48 * 60_000) == [.recordIntent(attempt: 1), .arm])
    #expect(machine.handle(.intentRecorded(attempt: 1)) == [.askProvider(attempt: 1)])
    #expect(machine.handle(.answered(attempt: 1)) == [.persist(attempt: 1)])
    let effects = machine.handle(.persisted(attempt: 1, Machine.times(from: 48 * 60_000)))
    #expect(effects == [.arm, .announce(.refreshed), .answerWaiters])
    #expect(machine.value.phase == .resting)
    #expect(machine.value.deadline == BootInstant(milliseconds: (48 + 48) * 60_000))
  }

  @Test("tokens that have expired when they come are trouble: the next attempt waits by the back-off")
  func expiredOnArrival() {
    var machine = Machine.asking()
    _ = machine.handle(.answered(attempt: 1))
    let effects = machine.handle(.persisted(attempt: 1, Machine.times(from: 0)), at: 3_600_000)
    #expect(effects.first == .announce(.refreshed) && effects.last == .answerWaiters)
    guard case .waiting(let trouble) = machine.value.phase else {
      Issue.record("\(machine.value.phase)")
      return
    }
    #expect(trouble.failures == 1 && trouble.until > machine.now.boot)
    #expect(machine.value.deadline == trouble.until)
  }

  @Test("on demand, what failed once is tried again by a request once the back-off is over, the token still valid")
  func onDemandTriesAgain() {
    var machine = Machine(policy: .onDemand)
    _ = machine.handle(.tokenWanted, at: 50 * 60_000)
    _ = machine.handle(.intentRecorded(attempt: 1))
    _ = machine.handle(.failed(attempt: 1, Machine.failure(.offline)))
    guard case .waiting(let trouble) = machine.value.phase else {
      Issue.record("\(machine.value.phase)")
      return
    }
    let (during, after) = (machine.now, Machine.now(trouble.until.milliseconds))
    #expect(machine.value.decide(.access, minimumTTL: 0, strict: false, now: during) == .serve(stale: false))
    #expect(machine.value.decide(.access, minimumTTL: 0, strict: false, now: after) == .serveAndRefresh)
  }

  @Test("before the deadline a timer that fires early changes nothing")
  func early() {
    var machine = Machine()
    #expect(machine.handle(.due, at: 47 * 60_000) == [.arm])
    #expect(machine.value.phase == .resting)
  }

  @Test("one refresh at a time: whoever asks meanwhile begins no second one")
  func single() {
    var machine = Machine.asking()
    for event in [SessionMachine.Event.due, .tokenWanted, .refreshAsked, .networkReturned] {
      let begun = machine.handle(event).contains { if case .recordIntent = $0 { true } else { false } }
      #expect(!begun)
    }
  }

  @Test("a result that answers another attempt is dropped")
  func foreignResults() {
    var machine = Machine.asking()
    let before = machine.value
    let foreign: [SessionMachine.Event] = [
      .intentRecorded(attempt: 7), .answered(attempt: 7), .failed(attempt: 7, Machine.failure(.offline)),
      .persisted(attempt: 7, Machine.times(from: 0)), .persistFailed(attempt: 7, Machine.problem),
      .intentFailed(attempt: 7, Machine.problem), .intentRecorded(attempt: 1),
      .persisted(attempt: 1, Machine.times(from: 0)),
    ]
    for event in foreign {
      #expect(machine.handle(event).isEmpty)
      #expect(machine.value == before)
    }
  }

  // MARK: - Refusal and trouble

  @Test(
    "a definite refusal ends the session, is made durable and told",
    arguments: [
      SessionReason.refreshTokenExpired, .refreshTokenRevoked, .refreshTokenReused, .userDisabled, .userDeleted,
      .clientRemoved,
    ])
  func refusal(reason: SessionReason) {
    var machine = Machine.asking()
    let failure = Machine.failure(.signInRequired(reason))
    let effects = machine.handle(.failed(attempt: 1, failure))
    #expect(
      effects == [
        .persistEnd(reason), .arm, .announce(.signInRequired(reason, failure.problem)), .answerWaiters,
      ])
    #expect(machine.value.phase == .ended(reason))
    #expect(machine.value.deadline == nil)
  }

  @Test("trouble keeps the session and waits by the back-off, told once")
  func trouble() {
    var machine = Machine.asking()
    let failure = Machine.failure(.offline)
    #expect(
      machine.handle(.failed(attempt: 1, failure))
        == [.arm, .announce(.offline(failure.problem)), .answerWaiters])
    #expect(machine.value.deadline == BootInstant(milliseconds: machine.clock + 1000))
    machine.clock += 1000
    #expect(machine.handle(.due) == [.recordIntent(attempt: 2), .arm])
    _ = machine.handle(.intentRecorded(attempt: 2))
    #expect(machine.handle(.failed(attempt: 2, failure)) == [.arm, .answerWaiters])
    #expect(machine.value.deadline == BootInstant(milliseconds: machine.clock + 2000))
  }

  @Test("a token request never shortens a back-off; it may use one that is over")
  func backoffHolds() {
    var machine = Machine.waiting()
    #expect(machine.handle(.tokenWanted).isEmpty)
    #expect(machine.handle(.tokenWanted, at: machine.clock + 1000) == [.recordIntent(attempt: 2), .arm])
  }

  @Test("a refresh by hand cuts a back-off short, once in ten seconds")
  func byHand() {
    var machine = Machine.waiting()
    #expect(machine.handle(.refreshAsked) == [.recordIntent(attempt: 2), .arm])
    _ = machine.handle(.intentRecorded(attempt: 2))
    _ = machine.handle(.failed(attempt: 2, Machine.failure(.offline)))
    #expect(machine.handle(.refreshAsked, at: machine.clock + 500).isEmpty)
    #expect(machine.handle(.refreshAsked, at: machine.clock + 10_000) == [.recordIntent(attempt: 3), .arm])
  }

  @Test("a refresh by hand that lets a held back token be sent is not counted with those before it")
  func release() {
    var machine = Machine.waiting()
    _ = machine.handle(.refreshAsked)
    _ = machine.handle(.intentRecorded(attempt: 2))
    _ = machine.handle(.failed(attempt: 2, Machine.failure(.blocked(.refused))))
    #expect(machine.handle(.refreshAsked, at: machine.clock + 500).isEmpty)
    #expect(machine.handle(.holdReleased, at: machine.clock + 500) == [.recordIntent(attempt: 3), .arm])
  }

  @Test("when the network returns a back-off starts over at once")
  func networkReturns() {
    var machine = Machine.waiting()
    #expect(machine.handle(.networkReturned) == [.recordIntent(attempt: 2), .arm])
    _ = machine.handle(.intentRecorded(attempt: 2))
    _ = machine.handle(.failed(attempt: 2, Machine.failure(.offline)))
    #expect(machine.value.deadline == BootInstant(milliseconds: machine.clock + 1000))
  }

  @Test("a network that returns again within ten seconds is tried at their end, and then not for another ten")
  func networkReturnsAgain() {
    var machine = Machine.waiting()
    _ = machine.handle(.networkReturned)
    machine.failForAMinute(2)
    #expect(machine.handle(.networkReturned, at: 5000) == [.arm])
    #expect(machine.value.deadline == BootInstant(milliseconds: 10_000))
    _ = machine.handle(.due, at: 10_000)
    machine.failForAMinute(3)
    #expect(machine.handle(.networkReturned, at: 10_500) == [.arm])
    #expect(machine.value.deadline == BootInstant(milliseconds: 20_000))
  }

  @Test("a return of the network that waits and is overtaken by a refresh by hand counts from that attempt")
  func networkReturnsAndIsOvertaken() {
    var machine = Machine.waiting()
    _ = machine.handle(.networkReturned)
    machine.failForAMinute(2)
    _ = machine.handle(.networkReturned, at: 5000)
    #expect(machine.handle(.refreshAsked, at: 6000) == [.recordIntent(attempt: 3), .arm])
    machine.failForAMinute(3)
    #expect(machine.handle(.networkReturned, at: 7000) == [.arm])
    #expect(machine.value.deadline == BootInstant(milliseconds: 16_000))
  }

  @Test("the network returns while an attempt hangs: its failure waits as a first one does, once in ten seconds")
  func networkReturnsDuringAnAttempt() {
    var machine = Machine.waiting()
    for attempt in 2...12 as ClosedRange<Int64> {
      machine.clock = machine.value.deadline?.milliseconds ?? machine.clock
      _ = machine.handle(.due)
      _ = machine.handle(.intentRecorded(attempt: attempt))
      if attempt < 12 { _ = machine.handle(.failed(attempt: attempt, Machine.failure(.offline))) }
    }
    #expect(machine.handle(.networkReturned).isEmpty)
    _ = machine.handle(.failed(attempt: 12, Machine.failure(.offline)))
    #expect(machine.value.deadline == BootInstant(milliseconds: machine.clock + 1000))

    machine.clock += 1000
    _ = machine.handle(.due)
    _ = machine.handle(.intentRecorded(attempt: 13))
    #expect(machine.handle(.networkReturned).isEmpty)
    _ = machine.handle(.failed(attempt: 13, Machine.failure(.offline)))
    #expect(machine.value.deadline == BootInstant(milliseconds: machine.clock + 2000))
  }

  @Test("a blocked session is tried again every five minutes and keeps its tokens")
  func blocked() {
    var machine = Machine.asking()
    let failure = Machine.failure(.blocked(.refused))
    #expect(
      machine.handle(.failed(attempt: 1, failure))
        == [.arm, .announce(.blocked(.refused, failure.problem)), .answerWaiters])
    #expect(machine.value.deadline == BootInstant(milliseconds: machine.clock + 300_000))
    #expect(machine.handle(.networkReturned).isEmpty)
    #expect(machine.decide(.access) == .serve(stale: false))
  }

  @Test("success after trouble is announced as both refreshed and online")
  func online() {
    var machine = Machine.waiting()
    _ = machine.handle(.refreshAsked)
    _ = machine.handle(.intentRecorded(attempt: 2))
    _ = machine.handle(.answered(attempt: 2))
    #expect(
      machine.handle(.persisted(attempt: 2, Machine.times(from: machine.clock)))
        == [.arm, .announce(.refreshed), .announce(.online), .answerWaiters])
  }

  // MARK: - Lost answers

  @Test("after a lost answer the old token is tried at once, and a refusal then is refresh_answer_lost")
  func answerLost() {
    var machine = Machine.asking()
    let lost = ProviderFailure(.offline, Machine.problem, answerLost: true)
    _ = machine.handle(.failed(attempt: 1, lost))
    #expect(machine.value.deadline == BootInstant(milliseconds: machine.clock))
    #expect(machine.handle(.due) == [.recordIntent(attempt: 2), .arm])
    _ = machine.handle(.intentRecorded(attempt: 2))
    _ = machine.handle(.failed(attempt: 2, Machine.failure(.signInRequired(.refreshTokenReused))))
    #expect(machine.value.phase == .ended(.refreshAnswerLost))
  }

  @Test("a second lost answer waits by the back-off")
  func lostAgain() {
    var machine = Machine.asking()
    let lost = ProviderFailure(.offline, Machine.problem, answerLost: true)
    _ = machine.handle(.failed(attempt: 1, lost))
    _ = machine.handle(.due)
    _ = machine.handle(.intentRecorded(attempt: 2))
    _ = machine.handle(.failed(attempt: 2, lost))
    #expect(machine.value.deadline == BootInstant(milliseconds: machine.clock + 2000))
  }

  @Test("a user who was disabled is named as such, lost answer or not")
  func lostThenDisabled() {
    var machine = Machine.asking()
    _ = machine.handle(.failed(attempt: 1, ProviderFailure(.offline, Machine.problem, answerLost: true)))
    _ = machine.handle(.due)
    _ = machine.handle(.intentRecorded(attempt: 2))
    _ = machine.handle(.failed(attempt: 2, Machine.failure(.signInRequired(.userDisabled))))
    #expect(machine.value.phase == .ended(.userDisabled))
  }

  @Test("an attempt left unfinished by a crash is taken up at once, under a new number")
  func unfinished() {
    var machine = Machine(unfinished: 4)
    #expect(machine.handle(.due) == [.recordIntent(attempt: 5), .arm])
    #expect(machine.value.answerMayBeLost)
  }

  // MARK: - The store fails

  @Test("without a recorded intent the provider is not asked")
  func intentFails() {
    var machine = Machine()
    _ = machine.handle(.due, at: 48 * 60_000)
    let effects = machine.handle(.intentFailed(attempt: 1, Machine.problem))
    #expect(effects == [.arm, .announce(.offline(Machine.problem)), .answerWaiters])
  }

  @Test("tokens that could not be stored are stored later, without asking again, and announced only then")
  func persistFails() {
    var machine = Machine.asking()
    _ = machine.handle(.answered(attempt: 1))
    let effects = machine.handle(.persistFailed(attempt: 1, Machine.problem))
    #expect(!effects.contains(.announce(.refreshed)))
    machine.clock += 1000
    #expect(machine.handle(.due) == [.persist(attempt: 1), .arm])
    #expect(
      machine.handle(.persisted(attempt: 1, Machine.times(from: machine.clock))).contains(.announce(.refreshed)))
  }

  @Test("tokens that expired while they waited for the disk are followed by others at once", arguments: [true, false])
  func expiredWaiting(proactive: Bool) {
    var machine = Machine.asking()
    if !proactive { _ = machine.handle(.policyChanged(.onDemand)) }
    _ = machine.handle(.answered(attempt: 1))
    _ = machine.handle(.persistFailed(attempt: 1, Machine.problem))
    #expect(machine.handle(.due, at: 7_200_000) == [.persist(attempt: 1), .arm])
    let effects = machine.handle(.persisted(attempt: 1, Machine.times(from: 0)))
    #expect(effects == [.arm, .announce(.refreshed), .announce(.online), .answerWaiters])
    #expect(machine.decide(.access) == .refreshAndWait)
    #expect(machine.handle(proactive ? .due : .tokenWanted) == [.recordIntent(attempt: 2), .arm])
  }

  // MARK: - Profile, policy, sign-out

  @Test("a profile that names another place blocks, and no refresh by hand gets through")
  func profileMismatch() {
    var machine = Machine()
    _ = machine.handle(.profileMismatch(Machine.problem))
    #expect(machine.handle(.refreshAsked).isEmpty)
    #expect(machine.handle(.tokenWanted).isEmpty)
    #expect(machine.value.deadline == nil)
    _ = machine.handle(.profileMismatch(nil))
    #expect(machine.value.phase == .resting)
  }

  @Test("an on-demand session renews when a request finds less than a fifth of the life, answering at once")
  func onDemand() {
    var machine = Machine(policy: .onDemand)
    #expect(machine.value.deadline == nil)
    machine.clock = 47 * 60_000
    #expect(machine.decide(.access) == .serve(stale: false))
    machine.clock = 49 * 60_000
    #expect(machine.decide(.access) == .serveAndRefresh)
  }

  @Test("after sign-out nothing happens any more, whatever still comes in")
  func removed() {
    var machine = Machine.asking()
    #expect(machine.handle(.removed) == [.arm, .answerWaiters])
    for event in Machine.everyEvent {
      #expect(machine.handle(event) == (event == .removed ? [.arm, .answerWaiters] : machine.silent(event)))
    }
    #expect(machine.value.phase == .removed)
    #expect(machine.decide(.access) == .refuse)
  }

  // MARK: - Which token

  @Test("a valid token is served in every phase but after the end")
  func serve() {
    for machine in [Machine(), .asking(), .waiting()] { #expect(machine.decide(.access) == .serve(stale: false)) }
    #expect(Machine.ended().decide(.access) == .refuse)
  }

  @Test("an expired token is never served; one with less than a second left counts as expired")
  func expired() {
    var machine = Machine.waiting()
    machine.clock = 3_599_001
    #expect(machine.value.decide(.access, minimumTTL: 0, strict: false, now: machine.now) == .refreshAndWait)
    machine = .waiting(at: 3_599_001)
    #expect(machine.decide(.access) == .refuse)
    machine = .waiting(at: 3_599_000)
    #expect(machine.decide(.access) == .serve(stale: false))
  }

  @Test("an attempt is waited for; one that follows by itself on one that reached nobody for a second")
  func patience() {
    func decisions(_ machine: Machine) -> [SessionMachine.TokenDecision] {
      [3_599_999, 3_600_999, 3_601_000].map {
        machine.value.decide(.access, minimumTTL: 0, strict: false, now: Machine.now($0))
      }
    }
    func retry(_ event: SessionMachine.Event, _ policy: RefreshPolicy = .proactive) -> Machine {
      var machine = Machine.waiting(at: 3_500_000)
      _ = machine.handle(.policyChanged(policy))
      _ = machine.handle(event, at: 3_600_000)
      return machine
    }
    #expect(decisions(.asking()) == [.wait, .wait, .wait])
    #expect(decisions(retry(.due)) == [.wait, .wait, .refuse])
    #expect(decisions(retry(.tokenWanted, .onDemand)) == [.wait, .wait, .refuse])
    // These two have heard that it may be over.
    #expect(decisions(retry(.refreshAsked)) == [.wait, .wait, .wait])
    #expect(decisions(retry(.networkReturned)) == [.wait, .wait, .wait])
    var slow = Machine.asking()
    _ = slow.handle(.failed(attempt: 1, ProviderFailure(.offline, Machine.problem, answerLost: true)), at: 3_500_000)
    _ = slow.handle(.due, at: 3_600_000)
    #expect(decisions(slow) == [.wait, .wait, .wait])
    var hanging = retry(.due)
    _ = hanging.handle(.networkReturned)
    #expect(decisions(hanging) == [.wait, .wait, .wait])
  }

  @Test("a shorter-lived token is stale where no better can be had; strict refuses it")
  func stale() {
    let machine = Machine.waiting(at: 3_000_000)
    #expect(machine.value.decide(.access, minimumTTL: 900_000, strict: false, now: machine.now) == .serve(stale: true))
    #expect(machine.value.decide(.access, minimumTTL: 900_000, strict: true, now: machine.now) == .refuse)
  }

  @Test("requests for a longer life renew once in ten seconds; for one that no token has, once in a tenth of its life")
  func impossibleTTL() {
    var machine = Machine()
    func decides(_ minimumTTL: Int64, at clock: Int64) -> SessionMachine.TokenDecision {
      machine.value.decide(.access, minimumTTL: minimumTTL, strict: false, now: Machine.now(clock))
    }
    #expect(decides(3_599_000, at: 9999) == .serve(stale: true))
    #expect(decides(3_599_000, at: 10_000) == .refreshAndWait)
    #expect(decides(3_600_000, at: 359_999) == .serve(stale: true))
    #expect(decides(3_600_000, at: 360_000) == .refreshAndWait)
    // A provider that gives the same token again is not asked at each request either.
    _ = machine.handle(.tokenWanted, at: 400_000)
    _ = machine.handle(.intentRecorded(attempt: 1))
    _ = machine.handle(.answered(attempt: 1))
    _ = machine.handle(.persisted(attempt: 1, Machine.times(from: 0)))
    #expect(decides(3_599_000, at: 409_999) == .serve(stale: true))
    #expect(decides(7_200_000, at: 409_999) == .serve(stale: true))
    #expect(machine.value.renewable(.access, minimumTTL: 3_599_000) == BootInstant(milliseconds: 410_000))
    #expect(decides(3_599_000, at: 410_000) == .refreshAndWait)
  }
}
