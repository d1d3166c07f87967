internal import SessionModel
internal import WireJSON

/// What an answer that is not a success says of itself (the error body of AWS JSON 1.1).
struct ServiceError {
  /// The exception's bare name; nil where the answer names none.
  var name: String?
  /// The provider's sentence in one line without control characters, to tell errors apart by.
  var message: String?
  /// The sentence where it may be shown: nil where it repeats a secret.
  var quotable: String?
  /// The HTTP status.
  var status: Int
  /// The provider's id of the request.
  var requestID: String?
  /// How long the provider asks us to wait.
  var retryAfterSeconds: Int?
  /// Whether the answer is the service's own and not that of something in between: it has the service's content type,
  /// or is other JSON (as stand-ins send it) with a `__type`. One that does not say what it is is nobody's.
  var isGenuine: Bool

  init(_ response: ProviderResponse, now: Timestamp) {
    let body = ServiceError.parse(response.body)
    let type = ServiceError.mediaType(response)
    status = response.status
    isGenuine = type.hasPrefix("application/x-amz-json") || ServiceError.isJSON(type) && body.type != nil
    let named = isGenuine ? response.header("x-amzn-errortype") ?? body.type : nil
    name = named.flatMap(ServiceError.bareName)
    message = (body.message ?? (isGenuine ? response.header("x-amzn-errormessage") : nil))
      .flatMap(ServiceError.presentable)
    quotable = message
    requestID = response.header("x-amzn-requestid").flatMap(ServiceError.presentable)
    retryAfterSeconds = ServiceError.retryAfter(response, now: now)
  }

  /// The problem's `provider` member.
  var answer: ProviderAnswer { ProviderAnswer(httpStatus: status, code: name, requestID: requestID) }

  /// `Name`, `Name:`, `Name:http://…` and `com.amazonaws…#Name` all give `Name`.
  static func bareName(_ text: String) -> String? {
    let end = text.firstIndex { $0 == ":" || $0 == "," } ?? text.endIndex
    let name = text[..<end].split(separator: "#", omittingEmptySubsequences: false).last ?? ""
    let trimmed = name.filter { $0 != " " }
    guard !trimmed.isEmpty, trimmed.utf8.count <= 128,
      trimmed.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") })
    else { return nil }
    return trimmed
  }

  /// The media type in lower case, without its parameters; empty where there is none.
  private static func mediaType(_ response: ProviderResponse) -> String {
    (response.header("content-type") ?? "").prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
  }

  /// `application/json` and `application/…+json` (RFC 6839 §3.1).
  private static func isJSON(_ type: String) -> Bool {
    type == "application/json" || type.hasPrefix("application/") && type.hasSuffix("+json")
  }

  private static func parse(_ body: Secret) -> (type: String?, message: String?) {
    var type: String?
    var message: String?
    _ = try? body.withRevealedBytes { bytes in
      try JSONReader.read(bytes) { reader in
        try reader.object { name, value in
          switch name {
          case "__type": type = try value.string()
          case "message", "Message": message = try value.null() ? nil : value.string()
          default: try value.skip()
          }
        }
      }
    }
    return (type, message)
  }

  /// One line of at most 400 characters without control characters: an answer must not write on a terminal.
  private static func presentable(_ text: String) -> String? {
    let line = String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.properties.generalCategory == .control ? Unicode.Scalar(0x20) : $0 }))
    let trimmed = line.split(separator: " ").joined(separator: " ").prefix(400)
    return trimmed.isEmpty ? nil : String(trimmed)
  }

  /// `Retry-After` in seconds or as a date (RFC 9110 §10.2.3), else `x-amz-retry-after` in milliseconds.
  private static func retryAfter(_ response: ProviderResponse, now: Timestamp) -> Int? {
    let longest = 86_400
    if let text = response.header("retry-after") {
      if let seconds = Int(text) { return min(max(0, seconds), longest) }
      guard let date = Timestamp(httpDate: text) else { return nil }
      return min(max(0, Int(date.seconds - (response.receivedDate ?? now).seconds)), longest)
    }
    return response.header("x-amz-retry-after").flatMap(Int.init).map { min(max(0, ($0 + 999) / 1000), longest) }
  }
}
