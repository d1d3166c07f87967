import Foundation

/// ListUsers.
extension PoolTurn {
  func listUsers(_ request: Request) throws -> [String: JSON] {
    let wanted = request.strings("AttributesToGet")
    let known = Set(pool.schema.map(\.name))
    if let wanted, !known.isSuperset(of: wanted) { throw Self.noSuchAttributes }
    let filter = try request.string("Filter").flatMap { text throws(ServiceError) in try UserFilter(text) }
    let found = pool.users.values.filter { user in filter.map { $0.takes(user, in: pool) } ?? true }
    let listing = try Listing(
      of: found, after: request.string("PaginationToken"), limit: request.integer("Limit")
    ) { $0.username }
    // AWS wants everybody on the page to have what is asked for.
    guard listing.items.allSatisfy({ $0.has(wanted ?? []) }) else { throw Self.noSuchAttributes }
    return listing.answer("Users", token: "PaginationToken") { .object($0.members(attributes: wanted)) }
  }

  private static let noSuchAttributes = ServiceError.invalidParameter(
    "One or more requested attributes do not exist.")
}

/// The `Filter` of ListUsers: one attribute that equals a text or begins with it.
struct UserFilter: Equatable {
  let attribute: String
  let isPrefix: Bool
  let text: String

  private static let searchable: Set = [
    "username", "email", "phone_number", "name", "given_name", "family_name", "preferred_username",
    "cognito:user_status", "status", "sub",
  ]

  /// Nil: an empty text, which takes everybody.
  init?(_ source: String) throws(ServiceError) {
    if source.allSatisfy(\.isWhitespace) { return nil }
    let pattern = #/\s*"?(?<attribute>[^\s"^=]+)"?\s*(?<sign>\^?=)\s*"(?<text>(?:[^"\\]|\\.)*)"\s*/#
    guard let match = source.wholeMatch(of: pattern) else {
      throw .invalidParameter("Error while parsing filter.")
    }
    attribute = String(match.attribute)
    isPrefix = match.sign == "^="
    text = String(match.text.replacing(#/\\(.)/#) { String($0.1) })
    guard Self.searchable.contains(attribute) else {
      throw .invalidParameter("Invalid search attribute: \(attribute)")
    }
  }

  func takes(_ user: User, in pool: UserPool) -> Bool {
    guard let value = value(of: user) else { return false }
    let isFolded = ["username", "email", "preferred_username"].contains(attribute)
    let (left, right) = isFolded ? (pool.folded(value), pool.folded(text)) : (value, text)
    return isPrefix ? left.hasPrefix(right) : left == right
  }

  private func value(of user: User) -> String? {
    switch attribute {
    case "username": user.username
    case "sub": user.sub
    case "status": user.enabled ? "Enabled" : "Disabled"
    case "cognito:user_status": user.status.rawValue
    default: user.attributes[attribute]
    }
  }
}
