internal import SessionAPI
internal import SessionModel
internal import TOMLKit
internal import WireJSON

/// The TOML form of a profile.
enum ProfileFile {
  /// Reads a profile out of its file.
  ///
  /// - Throws: `Problem` (`bad_configuration`) with file and line.
  static func document(_ file: ConfigurationFile, name: ProfileName, source: ProfileDocument.Source) throws
    -> ProfileDocument
  {
    var document = ProfileDocument(name: name, source: source)
    for key in file.table.keys.sorted() {
      if key == "access" {
        document.access = try access(file)
        continue
      }
      guard let known = ProfileKey(rawValue: key) else { throw file.problem(key, "is not a known profile setting") }
      do {
        try document.set(known, to: file.table[key].flatMap(json))
      } catch let error as JSONError {
        throw file.problem(key, ProfileFile.words(error))
      }
    }
    do {
      _ = try Profile(document, name: name)
    } catch let problem as ProfileProblem {
      throw file.problem(problem.key.rawValue, problem.what)
    }
    return document
  }

  /// Writes a profile as TOML.
  static func text(_ document: ProfileDocument) -> String {
    let table = TOMLTable()
    for key in ProfileKey.allCases {
      if let value = document[key].flatMap(toml) { table[key.rawValue] = value }
    }
    if let access = document.access?.json.object {
      let section = TOMLTable()
      for member in access { section[member.name] = toml(member.value) }
      table["access"] = section
    }
    return table.convert(to: .toml) + "\n"
  }

  private static func access(_ file: ConfigurationFile) throws -> AccessDocument {
    guard let table = file.table["access"]?.table, let value = json(table) else {
      throw file.problem("access", "must be a table")
    }
    do {
      return try AccessDocument(json: value)
    } catch let error as JSONError {
      throw file.problem(member(of: error) ?? "", in: "access", words(error))
    }
  }

  /// The end of a sentence that begins with the key.
  private static func words(_ error: JSONError) -> String {
    switch error {
    case .wrongType(let expected, _): "must be \(expected)"
    case .invalidValue(_, let allowed): "must be \(allowed)"
    case .unknownMember: "is not a known profile setting"
    case .malformed, .tooDeep, .duplicateMember, .missingMember: "is not valid"
    }
  }

  /// The key that an error is about.
  private static func member(of error: JSONError) -> String? {
    switch error {
    case .wrongType(_, let member): member
    case .invalidValue(let member, _), .unknownMember(let member), .duplicateMember(let member),
      .missingMember(let member):
      member
    case .malformed, .tooDeep: nil
    }
  }

  private static func json(_ value: any TOMLValueConvertible) -> JSONValue? {
    switch value.type {
    case .string: value.string.map(JSONValue.string)
    case .int: value.int.map { .integer(Int64($0)) }
    case .bool: value.bool.map(JSONValue.bool)
    case .double: value.double.map(JSONValue.double)
    case .array: value.array.map { .array($0.compactMap { json($0) }) }
    case .table:
      value.table.map { table in
        .object(table.keys.sorted().compactMap { key in table[key].flatMap(json).map { JSONMember(key, $0) } })
      }
    case .date, .time, .dateTime: .object([])  // no setting takes one, nor an object
    }
  }

  private static func toml(_ value: JSONValue) -> (any TOMLValueConvertible)? {
    switch value {
    case .string(let string): string
    case .integer(let integer): Int(integer)
    case .bool(let bool): bool
    case .double(let double): double
    case .array(let values): TOMLArray(values.compactMap(toml))
    case .null, .secret, .object: nil
    }
  }
}
