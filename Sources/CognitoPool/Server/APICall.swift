/// A request to one of the services, as far as it can be told before anything is checked.
struct APICall: Sendable {
  /// How the service is spoken to.
  enum Wire: Sendable {
    /// AWS JSON 1.1, the operation in `X-Amz-Target`.
    case json
    /// AWS Query: a form, the operation in `Action`; answers are XML.
    case query
  }

  let wire: Wire
  /// What the request calls its operation.
  private let name: String
  /// Nil: the request names none that the service has.
  let operation: ServiceModel.Operation?
  let body: Result<JSON, ServiceError>

  init(_ call: HTTPCall, _ models: ServiceModels) {
    let contentType = call.header("content-type")?.split(separator: ";").first?.lowercased()
    let target = call.header("x-amz-target")
    if target == nil, contentType == "application/x-www-form-urlencoded" {
      let form = QueryForm(call.body)
      wire = .query
      name = form.action
      operation = models.tokens.operations[name]
      let shape = operation?.input
      body = Result { try form.members(shape, of: models.tokens) }.mapError {
        $0 as? ServiceError ?? .internalError("\($0)")
      }
      return
    }
    wire = .json
    name = target?.split(separator: ".").last.map(String.init) ?? ""
    operation = models.operation(target: target)
    if contentType != HTTPAnswer.awsJSON {
      body = .failure(.unknownOperation("Content-Type must be \(HTTPAnswer.awsJSON)."))
    } else if let json = try? JSON(parsing: call.body) {
      body = .success(json)
    } else {
      body = .failure(.serialization("The request body is not JSON"))
    }
  }

  var clientID: String? {
    let members = (try? body.get())?.asObject
    let claims = members?["AccessToken"]?.asString.flatMap(JWT.unverifiedClaims)
    return members?["ClientId"]?.asString ?? claims?["client_id"]?.asString
  }

  /// The refusal of a request without an operation of ours.
  var unknownOperation: ServiceError {
    let isName = 1...64 ~= name.utf8.count && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    return isName ? .notCarriedOut(name) : .unknownOperation("The request names no operation of this service.")
  }

  func refusal(_ error: ServiceError) -> HTTPAnswer {
    switch wire {
    case .json: .refusal(error)
    case .query: QueryAnswer.refusal(error)
    }
  }

  func answer(_ members: [String: JSON]) -> HTTPAnswer {
    switch wire {
    case .json: .json(200, .object(members), contentType: HTTPAnswer.awsJSON)
    case .query: QueryAnswer.success(operation?.name ?? "", members)
    }
  }
}
