import Testing

@testable import CognitoPool

@Suite struct NameTests {
  private func name(_ pool: TestPool, _ typed: String) async throws -> String {
    try Vector(members: try await TestClient(pool: pool).tokens(typed).accessClaims()).text("username")
  }

  @Test func `where people sign in by address, the real name is the subject`() async throws {
    let pool = try TestPool(
      pool: ["username_attributes": .strings(["email", "phone_number"])],
      user: ["username": .string("Ann+x@example.org"), "attributes": .strings(["phone_number": "+15555550100"])])
    let tokens = try await TestClient(pool: pool).tokens("Ann+x@example.org")
    let claims = Vector(members: try tokens.accessClaims())
    #expect(try claims.text("username") == (try claims.text("sub")))
    #expect(try claims.text("username").utf8.count == 36)
    #expect(try tokens.idClaims()["email"] == .string("Ann+x@example.org"))
    for typed in ["ann+X@EXAMPLE.org", "+15555550100", try claims.text("sub")] {
      #expect(try await name(pool, typed) == (try claims.text("sub")))
    }
  }

  @Test func `an alias signs in once it is verified`() async throws {
    let aliases = JSON.strings(["email", "phone_number", "preferred_username"])
    let pool = try TestPool(
      pool: ["alias_attributes": aliases],
      user: [
        "attributes": .strings([
          "email": "ann@example.org", "email_verified": "true", "phone_number": "+15555550100",
          "preferred_username": "annie",
        ])
      ])
    for typed in ["ann", "ann@example.org", "ANN@example.org", "annie"] {
      #expect(try await name(pool, typed) == "ann")
    }
    await #expect(throws: ServiceError.noSuchUser) { try await TestClient(pool: pool).tokens("+15555550100") }
  }

  @Test func `an address is no name where it is not an alias`() async throws {
    let pool = try TestPool(user: [
      "attributes": .strings(["email": "ann@example.org", "email_verified": "true"])
    ])
    await #expect(throws: ServiceError.noSuchUser) { try await TestClient(pool: pool).tokens("ann@example.org") }
  }

  @Test func `spelling matters only in pools that say so`() async throws {
    let loose = try TestPool(user: ["username": .string("Ann")])
    #expect(try await name(loose, "aNN") == "Ann")
    let strict = try TestPool(pool: ["case_sensitive": .bool(true)], user: ["username": .string("Ann")])
    #expect(try await name(strict, "Ann") == "Ann")
    await #expect(throws: ServiceError.noSuchUser) { try await TestClient(pool: strict).tokens("ann") }
  }

  @Test func `an answer under the alias is not one of the user asked`() async throws {
    let pool = try TestPool(
      pool: ["alias_attributes": .strings(["email"])],
      user: ["attributes": .strings(["email": "ann@example.org", "email_verified": "true"])])
    let client = TestClient(pool: pool)
    var (responses, session) = try await client.prepareSRP("ann@example.org")
    #expect(responses["USERNAME"] == "ann")
    responses["USERNAME"] = "ann@example.org"
    let error = try await pool.refusal(
      "RespondToAuthChallenge", client.respond("PASSWORD_VERIFIER", session, responses))
    #expect(error.name == "NotAuthorizedException")
  }
}
