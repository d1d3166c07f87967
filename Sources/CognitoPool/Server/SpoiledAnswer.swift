/// Answers that no pool would give, and some network in between does.
enum SpoiledAnswer {
  /// What a captive portal answers to everything.
  static let captivePortal = HTTPAnswer(
    200, contentType: "text/html; charset=utf-8",
    body: [UInt8]("<!doctype html><title>Welcome</title><h1>Please accept the terms of this network</h1>\n".utf8))

  /// The answer that a fault spells out.
  static func instead(
    _ status: Int, _ headers: [String: String], _ body: String, _ contentType: String
  ) -> HTTPAnswer {
    var answer = HTTPAnswer(status, contentType: contentType, body: [UInt8](body.utf8))
    for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
      answer.headers.removeAll { $0.name.lowercased() == name.lowercased() }
      answer.headers.append((name, value))
    }
    return answer
  }

  static func spoil(_ answer: HTTPAnswer, _ kind: Fault.Malformation) -> HTTPAnswer {
    var answer = answer
    switch kind {
    case .html: return captivePortal
    case .empty: answer.body = []
    case .truncated: answer.body = Array(answer.body.prefix(answer.body.count / 2))
    case .wrongType:
      guard let value = try? JSON(parsing: answer.body), let body = try? wrong(value).encoded() else { return answer }
      answer.body = body
    }
    return answer
  }

  /// The same members, every leaf of another type.
  private static func wrong(_ value: JSON) -> JSON {
    switch value {
    case .object(let members): .object(members.mapValues(wrong))
    case .string: .integer(1)
    case .null, .bool, .integer, .number, .array: .string("wrong type")
    }
  }
}
