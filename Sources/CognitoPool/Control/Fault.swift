/// A fault that a test has asked for: whom it meets, how often, and what it does.
struct Fault: Sendable, Equatable {
  enum Drop: String, Sendable, CaseIterable { case before, after }
  enum Malformation: String, Sendable, CaseIterable { case html, truncated, empty, wrongType = "wrong_type" }

  enum Effect: Sendable, Equatable {
    /// Only late.
    case delay
    /// The connection closes before the request is carried out, or after it.
    case drop(Drop)
    /// No answer ever; the request is not carried out.
    case hang
    /// Another answer in place of the pool's; the request is not carried out.
    case answer(status: Int, headers: [String: String], body: String, contentType: String)
    /// A refusal in the service's form; the request is not carried out.
    case refuse(ServiceError)
    /// `html` stands for a captive portal; the others carry the request out and spoil its answer.
    case malformed(Malformation)
  }

  let id: String
  var operation: String?
  var path: String?
  var clientID: String?
  /// How many requests are left; nil: until it is cleared.
  var times: Int?
  var latencyMilliseconds = 0
  var effect: Effect

  func meets(_ call: CallLabel) -> Bool {
    (operation == nil || operation == call.operation) && (path == nil || path == call.path)
      && (clientID == nil || clientID == call.clientID)
  }
}

/// What a request is, as far as faults and statistics tell requests apart.
struct CallLabel: Sendable {
  let operation: String?
  let path: String
  let clientID: String?

  /// Its name in statistics and in the log.
  var name: String { operation ?? path }
}

extension Fault {
  init(_ object: inout StrictObject, freshID: String) throws(MemberError) {
    id = try object.string("id") ?? freshID
    times = try object.integer("times")
    if let times, times < 1 { throw MemberError(path: object.name("times"), problem: "must be greater than zero") }
    if var match = try object.object("match") {
      operation = try match.string("operation")
      path = try match.string("path")
      clientID = try match.string("client_id")
      if operation != nil, path != nil {
        throw MemberError(path: match.path, problem: "takes operation or path, not both")
      }
      try match.finish()
    }
    guard var effect = try object.object("effect") else {
      throw MemberError(path: object.name("effect"), problem: "is missing")
    }
    latencyMilliseconds = try effect.integer("latency_ms") ?? 0
    guard 0...600_000 ~= latencyMilliseconds else {
      throw MemberError(path: effect.name("latency_ms"), problem: "must be between 0 and 600000")
    }
    self.effect = try Self.effect(&effect)
    try effect.finish()
    if self.effect == .delay, latencyMilliseconds == 0 {
      throw MemberError(path: effect.path, problem: "has no effect")
    }
  }

  private static func effect(_ object: inout StrictObject) throws(MemberError) -> Effect {
    var effects: [Effect] = []
    if let drop = try object.choice("drop", Drop.self) { effects.append(.drop(drop)) }
    if try object.bool("hang") == true { effects.append(.hang) }
    if let kind = try object.choice("malformed", Malformation.self) { effects.append(.malformed(kind)) }
    if let effect = try errorOrAnswer(&object) { effects.append(effect) }
    guard effects.count <= 1 else { throw MemberError(path: object.path, problem: "is more than one effect") }
    return effects.first ?? .delay
  }

  private static func errorOrAnswer(_ object: inout StrictObject) throws(MemberError) -> Effect? {
    let status = try object.integer("status")
    if let status, !(200...599 ~= status) {
      throw MemberError(path: object.name("status"), problem: "must be between 200 and 599")
    }
    if let name = try object.string("error") {
      try HeaderText.check(name, at: object.name("error"))
      let message = try object.string("message") ?? ""
      return .refuse(ServiceError(name: name, message: message, status: status ?? 400, note: "fault"))
    }
    let headers = try object.stringMap("headers")
    let body = try object.string("body")
    let contentType = try object.string("content_type")
    guard status != nil || headers != nil || body != nil || contentType != nil else { return nil }
    for (name, value) in headers ?? [:] {
      try HeaderText.check(name, isName: true, at: object.name("headers"))
      try HeaderText.check(value, at: object.name("headers.\(name)"))
    }
    try contentType.map { text throws(MemberError) in
      try HeaderText.check(text, at: object.name("content_type"))
    }
    return .answer(
      status: status ?? 200, headers: headers ?? [:], body: body ?? "",
      contentType: contentType ?? HTTPAnswer.awsJSON)
  }
}
