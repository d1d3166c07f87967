import Foundation

/// Answers of the AWS Query protocol, in XML.
enum QueryAnswer {
  private static let namespace = "https://sts.amazonaws.com/doc/2011-06-15/"

  static func success(_ operation: String, _ members: [String: JSON]) -> HTTPAnswer {
    let result = members.sorted { $0.key < $1.key }.map { element($0.key, $0.value) }.joined()
    return xml(
      200,
      "<\(operation)Response xmlns=\"\(namespace)\"><\(operation)Result>\(result)</\(operation)Result>"
        + "<ResponseMetadata/></\(operation)Response>")
  }

  static func refusal(_ error: ServiceError) -> HTTPAnswer {
    let (code, status) = inQuery(error)
    let type = status < 500 ? "Sender" : "Receiver"
    return xml(
      status,
      "<ErrorResponse xmlns=\"\(namespace)\"><Error><Type>\(type)</Type><Code>\(code)</Code>"
        + "<Message>\(escaped(error.message))</Message></Error></ErrorResponse>")
  }

  /// This protocol has names and statuses of its own for what goes wrong before an operation.
  private static func inQuery(_ error: ServiceError) -> (code: String, status: Int) {
    // Of a web identity that has expired STS says ExpiredTokenException, as its model does.
    if error == .expiredCredentials { return ("ExpiredToken", 403) }
    return switch error.name {
    case "MissingAuthenticationTokenException": ("MissingAuthenticationToken", 403)
    case "UnrecognizedClientException": ("InvalidClientTokenId", 403)
    case "InvalidSignatureException": ("SignatureDoesNotMatch", 403)
    case "IncompleteSignatureException": ("IncompleteSignature", 400)
    case "AccessDeniedException": ("AccessDenied", 403)
    case "ValidationException", "SerializationException": ("ValidationError", 400)
    case "UnknownOperationException": ("InvalidAction", 400)
    case "InternalErrorException": ("InternalFailure", 500)
    default: (error.name, error.status)
    }
  }

  private static func element(_ name: String, _ value: JSON) -> String {
    let content =
      switch value {
      case .object(let members): members.sorted { $0.key < $1.key }.map { element($0.key, $0.value) }.joined()
      case .array(let items): items.map { element("member", $0) }.joined()
      case .string(let text): escaped(text)
      case .integer(let number): "\(number)"
      // The one kind of number that is not whole: a time.
      case .number(let seconds): Date(timeIntervalSince1970: seconds).ISO8601Format()
      case .bool(let flag): "\(flag)"
      case .null: ""
      }
    return "<\(name)>\(content)</\(name)>"
  }

  private static func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
      .replacingOccurrences(of: ">", with: "&gt;")
  }

  private static func xml(_ status: Int, _ text: String) -> HTTPAnswer {
    HTTPAnswer(status, contentType: "text/xml", body: [UInt8]((text + "\n").utf8))
  }
}
