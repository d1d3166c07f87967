/// What is wrong with a seed or a control request: the member, by its path, and why.
struct MemberError: Error, Equatable, CustomStringConvertible {
  let path: String
  let problem: String
  var description: String { path.isEmpty ? problem : "\(path): \(problem)" }
}

/// Reads a JSON object member by member and refuses, by name, those that nobody asked for.
struct StrictObject {
  let path: String
  private let members: [String: JSON]
  private var taken: Set<String> = []

  init(_ value: JSON, path: String) throws(MemberError) {
    guard case .object(let members) = value else { throw MemberError(path: path, problem: "must be an object") }
    self.members = members
    self.path = path
  }

  func name(_ member: String) -> String { path.isEmpty ? member : "\(path).\(member)" }

  func has(_ member: String) -> Bool { members[member] != nil }

  /// The member's value; JSON's null counts as left out.
  mutating func value(_ member: String) -> JSON? {
    taken.insert(member)
    guard let value = members[member], value != .null else { return nil }
    return value
  }

  private mutating func typed<T>(
    _ member: String, _ kind: String, _ read: (JSON) -> T?
  ) throws(MemberError) -> T? {
    guard let value = value(member) else { return nil }
    guard let result = read(value) else { throw MemberError(path: name(member), problem: "must be \(kind)") }
    return result
  }

  mutating func string(_ member: String) throws(MemberError) -> String? {
    try typed(member, "a string") { $0.asString }
  }
  mutating func bool(_ member: String) throws(MemberError) -> Bool? {
    try typed(member, "true or false") { $0.asBool }
  }
  mutating func integer(_ member: String) throws(MemberError) -> Int? {
    try typed(member, "a whole number") { $0.asInteger }
  }
  mutating func array(_ member: String) throws(MemberError) -> [JSON]? {
    try typed(member, "an array") { $0.asArray }
  }
  mutating func object(_ member: String) throws(MemberError) -> StrictObject? {
    guard let value = value(member) else { return nil }
    return try StrictObject(value, path: name(member))
  }

  mutating func required(_ member: String) throws(MemberError) -> String {
    guard let value = try string(member) else { throw MemberError(path: name(member), problem: "is missing") }
    return value
  }

  mutating func strings(_ member: String) throws(MemberError) -> [String]? {
    try typed(member, "an array of strings") { value in
      guard let items = value.asArray else { return nil }
      let texts = items.compactMap(\.asString)
      return texts.count == items.count ? texts : nil
    }
  }

  mutating func stringMap(_ member: String) throws(MemberError) -> [String: String]? {
    try typed(member, "an object of strings") { value in
      guard let items = value.asObject else { return nil }
      let texts = items.compactMapValues(\.asString)
      return texts.count == items.count ? texts : nil
    }
  }

  mutating func choice<T: RawRepresentable & CaseIterable>(
    _ member: String, _ type: T.Type
  ) throws(MemberError) -> T? where T.RawValue == String {
    guard let text = try string(member) else { return nil }
    guard let value = T(rawValue: text) else {
      let known = T.allCases.map(\.rawValue).joined(separator: ", ")
      throw MemberError(path: name(member), problem: "must be one of \(known)")
    }
    return value
  }

  /// The objects of an array, each read by `read`.
  mutating func objects<T>(
    _ member: String, _ read: (inout StrictObject) throws(MemberError) -> T
  ) throws(MemberError) -> [T] {
    var results: [T] = []
    for (index, item) in (try array(member) ?? []).enumerated() {
      var object = try StrictObject(item, path: "\(name(member))[\(index)]")
      results.append(try read(&object))
      try object.finish()
    }
    return results
  }

  /// Refuses members that were not read.
  func finish() throws(MemberError) {
    if let unknown = members.keys.filter({ !taken.contains($0) }).min() {
      throw MemberError(path: name(unknown), problem: "is not a known member")
    }
  }
}
