/// Who a request comes from, once its signature has been checked.
enum Caller: Sendable, Equatable {
  /// Not signed: good for what AWS takes unsigned.
  case anybody
  /// The development access key, which may do everything, in the region that it signs for.
  case developer(region: String)
  /// Temporary credentials of an identity.
  case role(AssumedRole, region: String)

  var region: String? {
    switch self {
    case .anybody: nil
    case .developer(let region), .role(_, let region): region
    }
  }

  /// A role here has no policy: it can only say who it is.
  func check(mayCarryOut operation: String, of service: String) throws(ServiceError) {
    switch self {
    case .developer: return
    case .anybody: throw .unsigned
    case .role where operation == "GetCallerIdentity": return
    case .role(let role, _):
      throw ServiceError(
        name: "AccessDeniedException",
        message: "User: \(role.userARN) is not authorized to perform: \(service):\(operation) "
          + "because no identity-based policy allows the \(service):\(operation) action")
    }
  }
}

extension ServiceError {
  static let unsigned = ServiceError(
    name: "MissingAuthenticationTokenException", message: "Missing Authentication Token")
}
