import WireJSON

/// What the simulation reads of the agent's answers and events.
struct JSONText {
  let value: JSONValue

  static func object(_ text: String) throws -> JSONText { JSONText(value: try JSONValue.parse(Array(text.utf8))) }

  var session: String? { value["session"]?.string }
  var generation: Int64? { value["generation"]?.integer }
  var token: String? { value["token"]?.string }
  var id: String? { value["id"]?.string }
  var code: String? { value["code"]?.string }
  var step: (number: Int64, kind: String)? {
    guard let number = value["step"]?["number"]?.integer, let kind = value["step"]?["kind"]?.string else { return nil }
    return (number, kind)
  }
}
