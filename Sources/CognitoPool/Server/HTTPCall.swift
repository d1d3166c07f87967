/// One HTTP request, whole.
struct HTTPCall: Sendable {
  let method: String
  /// Without the query.
  let path: String
  /// As they came; look up by `header(_:)`.
  let headers: [(name: String, value: String)]
  let body: [UInt8]
  /// Returns when the client has gone.
  let closed: @Sendable () async -> Void

  func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name }?.value
  }
}

struct HTTPAnswer: Sendable {
  var status: Int
  var headers: [(name: String, value: String)]
  var body: [UInt8]

  init(_ status: Int, contentType: String, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = [("Content-Type", contentType)] + headers
    self.body = body
  }

  /// Adds a header unless it is there.
  mutating func add(_ name: String, _ value: String) {
    guard !headers.contains(where: { $0.name.lowercased() == name.lowercased() }) else { return }
    headers.append((name, value))
  }

  static func text(_ status: Int, _ sentence: String) -> HTTPAnswer {
    HTTPAnswer(status, contentType: "text/plain; charset=utf-8", body: [UInt8]((sentence + "\n").utf8))
  }

  static func json(_ status: Int, _ value: JSON, contentType: String = "application/json") -> HTTPAnswer {
    guard let body = try? value.encoded() else { return .text(500, "The answer could not be written.") }
    return HTTPAnswer(status, contentType: contentType, body: body)
  }

  /// A refusal in the form of the AWS JSON protocol.
  static func refusal(_ error: ServiceError) -> HTTPAnswer {
    var answer = json(
      error.status, .strings(["__type": error.name, "message": error.message]), contentType: awsJSON)
    answer.headers.append(("x-amzn-ErrorType", "\(error.name):"))
    let printable = error.message.utf8.allSatisfy { 0x20..<0x7F ~= $0 }
    if printable, error.message.utf8.count <= 1024 {
      answer.headers.append(("x-amzn-ErrorMessage", error.message))
    }
    return answer
  }

  static let awsJSON = "application/x-amz-json-1.1"
}

/// What becomes of a request.
enum Outcome: Sendable {
  case answer(HTTPAnswer)
  /// The connection is closed without one.
  case close
}
