import Testing

@testable import CognitoPool

/// Makes requests from the service models alone: valid ones, and ones that break one constraint.
struct RequestMaker {
  let model: ServiceModel
  /// Values that mean something, by member name; the rest is made up from the shapes.
  let known: [String: JSON]

  /// One of them fits every constraint of the models.
  private static let samples = [
    "sample", "https://example.org/callback", "us-east-1_Sample", "us-east-1:00000000-0000-4000-8000-000000000001",
    "123456", "arn:aws:iam::123456789012:role/sample", "sample@example.org", "Your code is {####}.",
    "authenticated", "abcdefghijklmnopqrstuvwxyz", "email = \"a\"", "us-east-1_00000000-0000-4000-8000-000000000001",
    "Level1",
  ]

  func input(_ operation: String) throws -> (members: [String: String], required: Set<String>) {
    let described = try #require(model.operations[operation])
    guard case .structure(let members, let required)? = model.shapes[described.input]?.kind else {
      throw ModelError(shape: described.input)
    }
    return (members, required)
  }

  /// With all required members and those optional ones that mean something.
  func valid(_ operation: String, besides left: Set<String> = []) throws -> [String: JSON] {
    let (members, required) = try input(operation)
    var request: [String: JSON] = [:]
    for (name, shape) in members where !left.contains(name) && (required.contains(name) || known[name] != nil) {
      request[name] = try known[name] ?? value(shape)
    }
    return request
  }

  private func value(_ name: String) throws -> JSON {
    let shape = try #require(model.shapes[name])
    switch shape.kind {
    case .structure(let members, let required):
      var object: [String: JSON] = [:]
      for (member, shape) in members where required.contains(member) {
        object[member] = try known[member] ?? value(shape)
      }
      return .object(object)
    case .string(let pattern, let choices):
      if let choice = choices.first { return .string(choice) }
      let fitting = Self.samples.first { sample in
        (pattern?.matches(sample) ?? true) && sample.utf16.count >= shape.minimum ?? 0
          && sample.utf16.count <= shape.maximum ?? .max
      }
      return .string(try #require(fitting, "\(name) needs a sample"))
    case .integer: return .integer(max(shape.minimum ?? 1, min(1, shape.maximum ?? 1)))
    case .boolean: return .bool(false)
    case .timestamp: return .integer(1)
    case .list(let member): return .array([try value(member)])
    case .map(let key, let element): return .object([try #require(try value(key).asString): try value(element)])
    case .document: return .object([:])
    case .blob: return .string("AAAA")
    }
  }

  /// Values just outside what the shape, or a shape in it, allows, with what the refusal must say.
  func broken(_ name: String) throws -> [(value: JSON, says: String)] {
    let shape = try #require(model.shapes[name])
    var wrong: [(JSON, String)] = []
    switch shape.kind {
    case .string(let pattern, let choices):
      if !choices.isEmpty { wrong.append((.string("NO_SUCH_VALUE"), "Member must satisfy enum value set: [")) }
      if let maximum = shape.maximum {
        let long = String(repeating: "a", count: maximum + 1)
        wrong.append((.string(long), "Member must have length less than or equal to \(maximum)"))
      }
      if let minimum = shape.minimum, minimum > 0 {
        let short = String(repeating: "a", count: minimum - 1)
        wrong.append((.string(short), "Member must have length greater than or equal to \(minimum)"))
      }
      if let pattern, let misfit = ["a b\u{0}", "", "\u{E9}\n"].first(where: { !pattern.matches($0) }) {
        wrong.append((.string(misfit), "Member must satisfy regular expression pattern: \(pattern.text)"))
      }
    case .integer:
      if let maximum = shape.maximum {
        wrong.append((.integer(maximum + 1), "Member must have value less than or equal to \(maximum)"))
      }
      if let minimum = shape.minimum {
        wrong.append((.integer(minimum - 1), "Member must have value greater than or equal to \(minimum)"))
      }
    case .list(let member):
      if let maximum = shape.maximum {
        let long = JSON.array(Array(repeating: try value(member), count: maximum + 1))
        wrong.append((long, "Member must have length less than or equal to \(maximum)"))
      }
      if let minimum = shape.minimum, minimum > 0 {
        wrong.append((.array([]), "Member must have length greater than or equal to \(minimum)"))
      }
      wrong += try broken(member).map { (.array([$0.value]), $0.says) }
    case .map(let key, let element):
      let name = try #require(try value(key).asString)
      wrong += try broken(element).map { (.object([name: $0.value]), $0.says) }
    case .structure(let members, let required):
      let whole = try value(name).asObject ?? [:]
      for member in required { wrong.append((.object(whole.filter { $0.key != member }), "Member must not be null")) }
      for (member, shape) in members {
        wrong += try broken(shape).map { (.object(whole.merging([member: $0.value]) { $1 }), $0.says) }
      }
    case .boolean, .timestamp, .document, .blob: break
    }
    return wrong.map { (value: $0.0, says: $0.1) }
  }
}
