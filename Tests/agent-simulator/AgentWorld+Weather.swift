import AuthFlows
import SessionModel
import Simulation

@testable import SessionAgent

/// Network, provider, clocks, disk and power, as they come.
extension AgentWorld {
  func changeOfWeather() {
    guard !isCalm else { return }
    stage.plan(milliseconds: stage.random.pick([2000, 60_000, 600_000, 3_600_000])) { self.changeOfWeather() }
    networkIsBackSince = nil
    rememberDisk()
    switch stage.random.from(0...15) {
    case 0...2: trouble = .none
    case 3...7: trouble = stage.random.pick(Trouble.allCases)
    case 8: outage()
    case 9: networkReturns()
    case 10: diskFillsOrIsCleared()
    case 11: sleep(milliseconds: stage.random.pick([60_000, 3_600_000, 28_800_000]))
    case 12 where mayClockGoWrong: setClock(stage.random.oneIn(2) ? 0 : stage.random.from(-7_200_000...7_200_000))
    case 13: pool.rotateKeys()
    case 14: restart()
    default: if stage.random.oneIn(3) { reboot() } else { flap() }
    }
  }

  /// Only while something holds the agent to the right time: a clock that is set back by hand after a reboot, before
  /// any answer of the provider, deceives anybody.
  private var mayClockGoWrong: Bool {
    guard let life, life.isServing, let agent = life.agent else { return false }
    let view = agent.assumeIsolated { $0.view }
    return !view.isEmpty && view.allSatisfy { $0.bootID == bootID }
  }

  private func setClock(_ error: Int64) {
    wallError = error
    life?.tell { $0.clockSet() }
  }

  /// An attempt whose intent the disk doesn't take reaches no provider: back-offs start over unseen.
  private func diskFillsOrIsCleared() {
    let wasFull = isDiskFull
    isDiskFull = stage.random.oneIn(3)
    if wasFull { watch.mayBegin(at: time, within: 330_000) }
  }

  private func outage() {
    networkGoes()
    if stage.random.oneIn(2) { trouble = .none }
    stage.plan(milliseconds: stage.random.pick([3000, 300_000, 2_400_000])) {
      if !self.hasNetwork { self.networkReturns() }
    }
  }

  private func networkGoes() {
    hasNetwork = false
    networkIsBackSince = nil
    tellNetwork()
  }

  func networkReturns() {
    hasNetwork = true
    if trouble == .none { networkIsBackSince = stage.time }
    tellNetwork()
  }

  func tellNetwork() {
    networkChanges += 1
    // A change is let settle, and a return moves a session only ten seconds after the one before.
    watch.mayBegin(at: time, within: 10_700)
    guard plant != .hearsNothing else { return }
    let reading = reading
    life?.tell { $0.networkChanged(reading) }
  }

  /// The network comes and goes many times in a few seconds.
  private func flap() {
    for turn in 0..<20 as Range<Int64> {
      stage.plan(milliseconds: turn * 150) {
        guard !self.isCalm else { return }
        if turn.isMultiple(of: 2) { self.networkGoes() } else { self.networkReturns() }
      }
    }
  }

  // MARK: - What becomes of a request

  func exchange(_ exchange: Exchange) {
    let refresh =
      exchange.operation == "GetTokensFromRefreshToken" ? SimulatedPool.refreshToken(in: exchange.body) : nil
    let grant = refresh.flatMap { pool.grant(of: $0) }
    if let refresh, let grant {
      isDelicateUntil = stage.time + 30_000
      if isDiskFull { watch.mayBegin(at: time, within: 330_000) }
      found(watch.sends(refresh, of: grant, at: time))
      if plant == .sendsTwice { _ = pool.answer(exchange.operation, exchange.body, at: seconds) }
      if plant == .sendsTwice { found(watch.sends(refresh, of: grant, at: time)) }
    }
    let request = Sent(exchange: exchange, refresh: refresh, grant: grant, era: watch.era)
    guard hasNetwork else { return fail(request, .connect(host: "pool"), after: 1) }
    let weather = trouble == .flaky ? stage.random.pick(Trouble.allCases) : trouble
    switch weather {
    case .none, .flaky: arrive(request) { .success($0) }
    case .refusesConnections: fail(request, .connect(host: "pool"), after: 5)
    case .breaksTLS: fail(request, .tls(host: "pool", detail: "self-signed certificate"), after: 30)
    case .hangs: fail(request, .timeout(host: "pool", afterSending: true), after: 10_000)
    case .losesRequests: fail(request, .connectionClosed(host: "pool", afterSending: true), after: 60)
    case .redirects: fail(request, .redirected(host: "pool", status: 302), after: 40)
    case .losesAnswers: arrive(request) { _ in .failure(.timeout(host: "pool", afterSending: true)) }
    case .cutsAnswers: arrive(request) { .success($0.cut) }
    case .failsInside: answer(request, 500, #"{"__type":"InternalErrorException","message":"no"}"#)
    case .throttles: answer(request, 400, #"{"__type":"TooManyRequestsException","message":"no"}"#, retryAfter: 30)
    case .answersHTML: answer(request, 200, "<html><body>Welcome! Sign in.</body></html>", type: "text/html")
    case .answersOtherwise: answer(request, 200, #"{"hello":"world"}"#, type: "application/json")
    case .refusesUnknown: answer(request, 400, #"{"__type":"NeverHeardOfException","message":"no"}"#, isBlocked: true)
    case .hidesKeys:
      if exchange.operation == nil { answer(request, 500, "no") } else { arrive(request) { .success($0) } }
    }
  }

  private struct Sent {
    var exchange: Exchange
    var refresh: String?
    var grant: String?
    var era: Int
  }

  private func fail(_ sent: Sent, _ error: TransportError, after milliseconds: Int64) {
    stage.plan(milliseconds: milliseconds) {
      guard sent.exchange.life.finish(sent.exchange.number, .failure(error)) else { return }
      self.failed(sent, isLost: error.mayHaveBeenProcessed)
    }
  }

  /// A refresh has come to nothing.
  private func failed(_ sent: Sent, isLost: Bool, retryAfter: Int64 = 0, isBlocked: Bool = false) {
    guard let grant = sent.grant, let refresh = sent.refresh else { return }
    guard sent.era == watch.era else { return isLost ? watch.lost(refresh) : () }
    watch.ended(grant)
    watch.failed(grant, refresh, isLost: isLost, retryAfter: retryAfter, isBlocked: isBlocked, at: time)
  }

  /// Another answers in the provider's place.
  private func answer(
    _ sent: Sent, _ status: Int, _ body: String, type: String = "application/x-amz-json-1.1", retryAfter: Int64? = nil,
    isBlocked: Bool = false
  ) {
    var (status, body) = (status, body)
    if plant == .troubleLooksLikeRefusal {
      (status, body) = (400, #"{"__type":"NotAuthorizedException","message":"Refresh Token has been revoked"}"#)
    }
    var headers = [("Content-Type", type)]
    if let retryAfter, plant != .hidesRetryAfter { headers.append(("Retry-After", String(retryAfter))) }
    let response = ProviderResponse(status: status, headers: headers, body: Secret(copyingUTF8: body))
    stage.plan(milliseconds: 50) {
      guard sent.exchange.life.finish(sent.exchange.number, .success(response)) else { return }
      // A success that can't be read may have been the provider's.
      self.failed(sent, isLost: status == 200, retryAfter: retryAfter ?? 0, isBlocked: isBlocked)
    }
  }

  /// The provider acts; what comes of its answer is another question.
  private func arrive(
    _ sent: Sent, _ deliver: @escaping (ProviderResponse) -> Result<ProviderResponse, TransportError>
  ) {
    stage.plan(milliseconds: stage.random.from(5...400)) {
      let exchange = sent.exchange
      let isUndone = self.plant == .revokesNothing && exchange.operation == "RevokeToken"
      let answer =
        isUndone
        ? SimulatedPool.Answer(
          status: 200, headers: [("Content-Type", "application/x-amz-json-1.1")], body: Array("{}".utf8))
        : self.pool.answer(exchange.operation, exchange.body, at: self.seconds)
      if let grant = sent.grant, let refusal = answer.refusal {
        self.watch.refused(grant, refusal, isHeard: !exchange.life.isDead)
      }
      if let refresh = sent.refresh, exchange.life.isDead { self.watch.lost(refresh) }
      let response = ProviderResponse(
        status: answer.status, headers: answer.headers, body: Secret(copying: answer.body))
      let result = deliver(response)
      self.stage.plan(milliseconds: self.stage.random.from(5...400)) { self.deliver(result, answer, sent) }
    }
  }

  private func deliver(
    _ result: Result<ProviderResponse, TransportError>, _ answer: SimulatedPool.Answer, _ sent: Sent
  ) {
    isDelicateUntil = stage.time + 30_000
    let hasCome = sent.exchange.life.finish(sent.exchange.number, result)
    guard let grant = sent.grant, let refresh = sent.refresh else { return }
    guard hasCome else { return watch.lost(refresh) }
    switch result {
    case .success(let response) where response.body.count == answer.body.count && answer.refusal == nil:
      if sent.era == watch.era { watch.ended(grant) }
      watch.answered(grant, refresh, answer.refreshToken)
    case .success(let response) where response.body.count == answer.body.count: failed(sent, isLost: false)
    case .success, .failure: failed(sent, isLost: true)
    }
  }
}

extension ProviderResponse {
  /// Its body without the end.
  fileprivate var cut: ProviderResponse {
    var response = self
    response.body = Secret(copying: body.withRevealedBytes { Array($0.prefix(20)) })
    return response
  }
}
