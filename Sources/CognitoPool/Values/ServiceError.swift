/// A refusal as the service words it: the exception's name, its message and its HTTP status.
struct ServiceError: Error, Equatable, Sendable {
  let name: String
  let message: String
  var status = 400
  /// Why, for the log alone; never a secret.
  var note: String?

  static func notAuthorized(_ message: String, note: String? = nil) -> ServiceError {
    ServiceError(name: "NotAuthorizedException", message: message, note: note)
  }
  static func invalidParameter(_ message: String) -> ServiceError {
    ServiceError(name: "InvalidParameterException", message: message)
  }
  static func missing(_ parameter: String) -> ServiceError {
    .invalidParameter("Missing required parameter \(parameter)")
  }
  static func unauthorized(_ message: String) -> ServiceError {
    ServiceError(name: "UnauthorizedException", message: message)
  }
  static func serialization(_ message: String) -> ServiceError {
    ServiceError(name: "SerializationException", message: message)
  }
  static func unknownOperation(_ message: String) -> ServiceError {
    ServiceError(name: "UnknownOperationException", message: message)
  }
  /// An operation that AWS has, or nobody.
  static func notCarriedOut(_ operation: String) -> ServiceError {
    .unknownOperation("This pool does not carry out \(operation).")
  }
  static func unsupportedOperation(_ message: String) -> ServiceError {
    ServiceError(name: "UnsupportedOperationException", message: message)
  }
  static func internalError(_ note: String) -> ServiceError {
    ServiceError(name: "InternalErrorException", message: "Something went wrong", status: 500, note: note)
  }
  static func noSuchClient(_ id: String) -> ServiceError {
    .notFound("User pool client \(id) does not exist.")
  }
  static let noSuchUser = ServiceError(name: "UserNotFoundException", message: "User does not exist.")
  static let incorrectCredentials = ServiceError.notAuthorized("Incorrect username or password.")

  /// The sentence stays as it is; the reason goes to the log.
  func noting(_ note: String) -> ServiceError {
    ServiceError(name: name, message: message, status: status, note: note)
  }
}
