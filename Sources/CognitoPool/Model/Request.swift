/// A request that the model has accepted: members have the types that their shapes say.
struct Request: Sendable {
  let members: [String: JSON]

  func string(_ member: String) -> String? { members[member]?.asString }

  /// For members that the model requires; the validation has made sure of them.
  func text(_ member: String) -> String { string(member) ?? "" }

  /// A list of `Name` and `Value`.
  func attributes(_ member: String) -> [String: String] {
    let pairs = (members[member]?.asArray ?? []).compactMap(\.asObject).map {
      ($0["Name"]?.asString ?? "", $0["Value"]?.asString ?? "")
    }
    return Dictionary(pairs) { _, last in last }
  }

  func parameters(_ member: String) -> Parameters {
    Parameters(values: (members[member]?.asObject ?? [:]).compactMapValues(\.asString))
  }
}

/// `AuthParameters` or `ChallengeResponses`.
struct Parameters: Sendable {
  let values: [String: String]

  subscript(_ name: String) -> String? { values[name] }

  func required(_ name: String) throws(ServiceError) -> String {
    guard let value = values[name], !value.isEmpty else { throw ServiceError.missing(name) }
    return value
  }
}

extension Request {
  func bool(_ member: String) -> Bool? { members[member]?.asBool }
  func integer(_ member: String) -> Int? { members[member]?.asInteger }
  func strings(_ member: String) -> [String]? { members[member]?.strings }
  func objects(_ member: String) -> [JSON]? { members[member]?.asArray }

  /// Those of the named members that are there.
  func kept(_ names: [String]) -> [String: JSON] {
    members.filter { names.contains($0.key) }
  }
}
