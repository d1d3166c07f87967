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
  /// Nil: the request names none that the service has.
  let operation: ServiceModel.Operation?
  let body: Result<JSON, ServiceError>

  init(_ call: HTTPCall, _ models: ServiceModels) {
    let contentType = call.header("content-type")?.split(separator: ";").first?.lowercased()
    let target = call.header("x-amz-target")
    if target == nil, contentType == "application/x-www-form-urlencoded" {
      let form = QueryForm(call.body)
      wire = .query
      operation = models.tokens.operations[form.action]
      let shape = operation?.input
      body = Result { try form.members(shape, of: models.tokens) }.mapError {
        $0 as? ServiceError ?? .internalError("\($0)")
      }
      return
    }
    wire = .json
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
