import Testing

@testable import CognitoPool

@Suite struct ListUsersTests {
  private func pool() throws -> TestPool {
    let people = [
      ("ann", "CONFIRMED", true, "Ann", "ann@example.org"), ("bea", "UNCONFIRMED", true, "Bea", "bea@example.org"),
      ("carl", "CONFIRMED", false, "Carl \"C\"", "carl@example.com"),
    ]
    let users = people.map { name, status, enabled, given, email in
      JSON.object([
        "username": .string(name), "password": .string(TestPool.password), "status": .string(status),
        "enabled": .bool(enabled), "attributes": .strings(["given_name": given, "email": email]),
      ])
    }
    return try TestPool(pool: ["users": .array(users)])
  }

  private func found(_ members: [String: JSON]) async throws -> [String] {
    let answer = try await pool().call(
      "ListUsers", ["UserPoolId": .string(TestPool.poolID)].merging(members) { $1 })
    return (answer["Users"]?.asArray ?? []).compactMap { $0["Username"]?.asString }
  }

  @Test(arguments: [
    ("", ["ann", "bea", "carl"]), ("username = \"bea\"", ["bea"]), ("username ^= \"ANN\"", ["ann"]),
    ("email ^= \"b\"", ["bea"]), ("email=\"carl@example.com\"", ["carl"]), ("given_name = \"ann\"", []),
    ("given_name ^= \"Ca\"", ["carl"]), ("given_name = \"Carl \\\"C\\\"\"", ["carl"]),
    ("cognito:user_status = \"CONFIRMED\"", ["ann", "carl"]), ("status = \"Disabled\"", ["carl"]),
    ("status = \"Enabled\"", ["ann", "bea"]), ("family_name ^= \"\"", []),
  ])
  func `a filter takes who has the attribute, whole or from its beginning`(_ filter: String, _ names: [String])
    async throws
  {
    #expect(try await found(["Filter": .string(filter)]) == names)
  }

  @Test(arguments: [
    ("email", "Error while parsing filter."), ("email = bea", "Error while parsing filter."),
    ("email > \"a\"", "Error while parsing filter."), ("email = \"a\" or", "Error while parsing filter."),
    ("custom:x = \"a\"", "Invalid search attribute: custom:x"),
    ("birthdate = \"a\"", "Invalid search attribute: birthdate"),
  ])
  func `a filter that makes no sense is refused`(_ filter: String, _ message: String) async throws {
    let error = try await pool().refusal(
      "ListUsers", ["UserPoolId": .string(TestPool.poolID), "Filter": .string(filter)])
    #expect(said(error) == "400 InvalidParameterException: \(message)")
  }

  @Test func `pages follow each other, and only the wanted attributes are told`() async throws {
    let pool = try pool()
    var members: [String: JSON] = [
      "UserPoolId": .string(TestPool.poolID), "Limit": .integer(2), "AttributesToGet": .strings(["email"]),
    ]
    let first = try await pool.call("ListUsers", members)
    #expect(first["Users"]?.asArray?.count == 2)
    let attributes = first["Users"]?.asArray?.first?["Attributes"]?.asArray ?? []
    #expect(attributes.compactMap { $0["Name"]?.asString } == ["email"])
    members["PaginationToken"] = first["PaginationToken"]
    // Who the page before ended with may be gone by now.
    _ = try await pool.call("AdminDeleteUser", ["UserPoolId": .string(TestPool.poolID), "Username": .string("bea")])
    let last = try await pool.call("ListUsers", members)
    #expect(last["Users"]?.asArray?.compactMap { $0["Username"]?.asString } == ["carl"])
    #expect(last["PaginationToken"] == nil)
    // An attribute that the pool does not know, and one that not everybody has.
    for name in ["custom:x", "nickname"] {
      let refused = try await pool.refusal(
        "ListUsers", ["UserPoolId": .string(TestPool.poolID), "AttributesToGet": .strings([name])])
      #expect(said(refused) == "400 InvalidParameterException: One or more requested attributes do not exist.")
    }
  }
}
