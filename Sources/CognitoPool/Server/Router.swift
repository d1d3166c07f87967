/// Takes requests to the pool, `/_control`, or nowhere, with the faults that were asked for in between.
struct Router: Sendable {
  let service: PoolService
  let desk: ControlDesk
  let hosts: HostRule
  let random: any RandomSource
  let models: ServiceModels
  let log: @Sendable (String) -> Void

  func respond(to call: HTTPCall) async -> Outcome {
    if call.path == "/_control" { return .answer(stamped(await control(call))) }
    let request = call.path == "/" && call.method == "POST" ? APICall(call, models) : nil
    let label = CallLabel(operation: request?.operation?.name, path: call.path, clientID: request?.clientID)
    let fault = await desk.began(label)
    let result = await carryOut(call, request, fault)
    await desk.ended(refusal: result.refusal?.name, refreshes: result.refreshes)
    log(Self.line(label, result))
    switch result.outcome {
    case .answer(let answer): return .answer(stamped(answer))
    case .close: return .close
    }
  }

  private struct Carried {
    var outcome: Outcome
    var refusal: ServiceError?
    var refreshes = 0

    static func refused(_ error: ServiceError, _ request: APICall?) -> Carried {
      Carried(outcome: .answer(request?.refusal(error) ?? .refusal(error)), refusal: error)
    }
  }

  /// The fault, if any, around the request itself.
  private func carryOut(_ call: HTTPCall, _ request: APICall?, _ fault: Fault?) async -> Carried {
    guard let fault else { return await answer(call, request) }
    if fault.latencyMilliseconds > 0 { try? await Task.sleep(for: .milliseconds(fault.latencyMilliseconds)) }
    switch fault.effect {
    case .delay: return await answer(call, request)
    case .drop(.before): return Carried(outcome: .close)
    case .drop(.after):
      var carried = await answer(call, request)
      carried.outcome = .close
      return carried
    case .hang:
      await call.closed()
      return Carried(outcome: .close)
    case .answer(let status, let headers, let text, let contentType):
      return Carried(outcome: .answer(SpoiledAnswer.instead(status, headers, text, contentType)))
    case .refuse(let error): return .refused(error, request)
    case .malformed(.html): return Carried(outcome: .answer(SpoiledAnswer.captivePortal))
    case .malformed(let kind):
      var carried = await answer(call, request)
      if case .answer(let whole) = carried.outcome { carried.outcome = .answer(SpoiledAnswer.spoil(whole, kind)) }
      return carried
    }
  }

  private func answer(_ call: HTTPCall, _ request: APICall?) async -> Carried {
    guard hosts.admits(call.header("host")) else {
      return Carried(outcome: .answer(.text(403, "This host name is not served here.")))
    }
    guard call.path == "/" else { return Carried(outcome: .answer(await document(call))) }
    guard let request else { return Carried(outcome: .answer(Self.notAllowed("POST"))) }
    guard let operation = request.operation else {
      return .refused(request.unknownOperation, request)
    }
    do {
      let caller = try caller(call, operation)
      return await perform(operation.name, try request.body.get(), caller, request)
    } catch let error as ServiceError {
      return .refused(error, request)
    } catch {
      return .refused(.internalError("\(error)"), request)
    }
  }

  private func perform(_ name: String, _ body: JSON, _ caller: Caller, _ request: APICall) async -> Carried {
    let performed = await service.perform(name, body, as: caller)
    performed.deliveries.forEach { log($0.line) }
    switch performed.result {
    case .success(let members):
      return Carried(outcome: .answer(request.answer(members)), refreshes: performed.refreshes)
    case .failure(let error):
      return Carried(outcome: .answer(request.refusal(error)), refusal: error, refreshes: performed.refreshes)
    }
  }

  /// Administration is for whoever holds the pool's access key; what AWS takes unsigned is not looked at.
  private func caller(_ call: HTTPCall, _ operation: ServiceModel.Operation) throws -> Caller {
    guard operation.authorization == "sigv4", let service = models.service(of: operation.name)?.service else {
      return .anybody
    }
    return try CallerCheck(service: service, clock: self.service.clock, credentials: self.service.credentials)
      .caller(of: call)
  }

  static func notAllowed(_ method: String) -> HTTPAnswer {
    var answer = HTTPAnswer.text(405, "This takes \(method) only.")
    answer.headers.append(("Allow", method))
    return answer
  }

  /// With the headers that every answer has.
  func stamped(_ answer: HTTPAnswer) -> HTTPAnswer {
    var answer = answer
    answer.add("x-amzn-RequestId", random.uuid())
    answer.add("Date", HTTPDate.text(service.clock.now()))
    return answer
  }

  /// One line for each request: what it was and what became of it. Messages may quote the body, so they stay out.
  private static func line(_ label: CallLabel, _ result: Carried) -> String {
    guard case .answer(let answer) = result.outcome else { return "\(label.name) closed" }
    guard let refusal = result.refusal else { return "\(label.name) \(answer.status)" }
    let note = refusal.note.map { ": \($0)" } ?? ""
    return "\(label.name) \(answer.status) \(refusal.name)\(note)"
  }
}
