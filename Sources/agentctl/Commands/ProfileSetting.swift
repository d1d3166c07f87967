import SessionAPI
import SessionModel
import WireJSON

/// One `KEY=VALUE` of `agentctl profile add --set`: a key of the profile's TOML file, `access.` before those of its
/// `[access]` table; the elements of a list are separated by commas.
struct ProfileSetting {
  private let key: String
  private let value: String

  init(_ text: String) throws {
    guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
      throw CommandFailure.usage("--set takes KEY=VALUE, not \"\(text)\".")
    }
    key = String(text[..<equals])
    value = String(text[text.index(after: equals)...])
  }

  /// Sets it.
  func apply(to profile: inout ProfileDocument) throws {
    if key == "client_secret" {
      throw CommandFailure.usage("A secret is never taken from an argument. Use: --client-secret-file FILE")
    }
    if key.hasPrefix("access.") { return try applyAccess(to: &profile) }
    guard let known = ProfileKey(rawValue: key) else {
      let names = ProfileKey.allCases.map(\.rawValue).joined(separator: ", ")
      throw CommandFailure.usage("There is no key \"\(key)\". Keys: \(names), access.allow and its like.")
    }
    try profile.set(known, to: try json(known.type))
  }

  private func applyAccess(to profile: inout ProfileDocument) throws {
    var access = profile.access ?? AccessDocument()
    switch key {
    case "access.allow": access.allow = list
    case "access.confirm": access.confirm = try boolean()
    case "access.tokens":
      access.tokens = try list.map { name in
        guard let type = TokenType(rawValue: name) else {
          throw CommandFailure.usage("access.tokens is a list of access, id.")
        }
        return type
      }
    case "access.max_ttl": access.maxTTL = try integer()
    default: throw CommandFailure.usage("There is no key \"\(key)\": allow, confirm, tokens, max_ttl.")
    }
    profile.access = access
  }

  private func json(_ type: ProfileKey.ValueType) throws -> JSONValue {
    switch type {
    case .string, .oneOf: .string(value)
    case .integer: .integer(Int64(try integer()))
    case .boolean: .bool(try boolean())
    case .strings: .array(list.map(JSONValue.string))
    }
  }

  private var list: [String] { value.split(separator: ",").map(String.init) }

  private func integer() throws -> Int {
    guard let number = Int(value) else { throw CommandFailure.usage("\(key) is a number, not \"\(value)\".") }
    return number
  }

  private func boolean() throws -> Bool {
    switch value {
    case "true": true
    case "false": false
    default: throw CommandFailure.usage("\(key) is true or false, not \"\(value)\".")
    }
  }
}
