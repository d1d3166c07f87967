/// Takes requests to the pool, `/_control`, or nowhere, with the faults that were asked for in between.
struct Router: Sendable {
  let service: PoolService
  let desk: ControlDesk
  let hosts: HostRule
  let random: any RandomSource
  let model: ServiceModel
  let log: @Sendable (String) -> Void

  func respond(to call: HTTPCall) async -> Outcome {
    if call.path == "/_control" { return .answer(stamped(await control(call))) }
    let (label, body) = label(call)
    let fault = await desk.began(label)
    let result = await carryOut(call, label, body, fault)
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

    static func refused(_ error: ServiceError) -> Carried {
      Carried(outcome: .answer(.refusal(error)), refusal: error)
    }
  }

  /// The fault, if any, around the request itself.
  private func carryOut(_ call: HTTPCall, _ label: CallLabel, _ body: JSON?, _ fault: Fault?) async -> Carried {
    guard let fault else { return await answer(call, label, body) }
    if fault.latencyMilliseconds > 0 { try? await Task.sleep(for: .milliseconds(fault.latencyMilliseconds)) }
    switch fault.effect {
    case .delay: return await answer(call, label, body)
    case .drop(.before): return Carried(outcome: .close)
    case .drop(.after):
      var carried = await answer(call, label, body)
      carried.outcome = .close
      return carried
    case .hang:
      await call.closed()
      return Carried(outcome: .close)
    case .answer(let status, let headers, let text, let contentType):
      return Carried(outcome: .answer(SpoiledAnswer.instead(status, headers, text, contentType)))
    case .refuse(let error): return .refused(error)
    case .malformed(.html): return Carried(outcome: .answer(SpoiledAnswer.captivePortal))
    case .malformed(let kind):
      var carried = await answer(call, label, body)
      if case .answer(let whole) = carried.outcome { carried.outcome = .answer(SpoiledAnswer.spoil(whole, kind)) }
      return carried
    }
  }

  private func answer(_ call: HTTPCall, _ label: CallLabel, _ body: JSON?) async -> Carried {
    guard hosts.admits(call.header("host")) else {
      return Carried(outcome: .answer(.text(403, "This host name is not served here.")))
    }
    guard call.path == "/" else { return Carried(outcome: .answer(await document(call))) }
    guard call.method == "POST" else { return Carried(outcome: .answer(Self.notAllowed("POST"))) }
    guard let operation = label.operation else {
      return .refused(.unknownOperation("X-Amz-Target names no operation of this service."))
    }
    let contentType = call.header("content-type")?.split(separator: ";").first.map(String.init)
    guard contentType?.lowercased() == HTTPAnswer.awsJSON else {
      return .refused(.unknownOperation("Content-Type must be \(HTTPAnswer.awsJSON)."))
    }
    do {
      try authorize(call, operation, body)
    } catch let error as ServiceError {
      return .refused(error)
    } catch {
      return .refused(.internalError("\(error)"))
    }
    guard let body else { return .refused(.serialization("The request body is not JSON")) }
    let performed = await service.perform(operation, body)
    performed.deliveries.forEach { log($0.line) }
    switch performed.result {
    case .success(let members):
      return Carried(
        outcome: .answer(.json(200, .object(members), contentType: HTTPAnswer.awsJSON)),
        refreshes: performed.refreshes)
    case .failure(let error):
      return Carried(outcome: .answer(.refusal(error)), refusal: error, refreshes: performed.refreshes)
    }
  }

  /// Administration is for whoever holds the pool's access key.
  private func authorize(_ call: HTTPCall, _ operation: String, _ body: JSON?) throws {
    guard model.operations[operation]?.authorization == "sigv4" else { return }
    let check = SignatureCheck(service: "cognito-idp", now: service.clock.now()) { id in
      AccessKey.development.id == id ? .development : nil
    }
    let signature = try check.check(call)
    let poolID = body?.asObject?["UserPoolId"]?.asString
    guard let region = poolID?.split(separator: "_").first, region != signature.region else { return }
    throw SignatureCheck.invalid("Credential should be scoped to a valid region.")
  }

  private func label(_ call: HTTPCall) -> (CallLabel, JSON?) {
    guard call.path == "/", call.method == "POST" else {
      return (CallLabel(operation: nil, path: call.path, clientID: nil), nil)
    }
    let body = try? JSON(parsing: call.body)
    let operation = model.operation(target: call.header("x-amz-target"))?.name
    let claims = body?.asObject?["AccessToken"]?.asString.flatMap(JWT.unverifiedClaims)
    let clientID = body?.asObject?["ClientId"]?.asString ?? claims?["client_id"]?.asString
    return (CallLabel(operation: operation, path: call.path, clientID: clientID), body)
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
