import Testing

@testable import CognitoPool

@Suite struct SecurityTokenTests {
  private func openID(_ world: IdentityPoolTests.World, _ token: String?) async throws -> String {
    let identity = try await world.identity(token)
    let answer = try await world.pool.call("GetOpenIdToken", world.request(identity, token))
    return try Vector(members: answer).text("Token")
  }

  private func assume(_ role: String, _ token: String) -> [String: JSON] {
    [
      "RoleArn": .string(IdentityPoolTests.roles[role] ?? role), "RoleSessionName": .string("session"),
      "WebIdentityToken": .string(token),
    ]
  }

  @Test func `the classic flow ends with the role's credentials, once it is allowed`() async throws {
    let world = try await IdentityPoolTests.World(["AllowClassicFlow": .bool(true)])
    let token = try await openID(world, try await world.token())
    let claims = try #require(JWT.unverifiedClaims(token))
    #expect(claims["aud"] == .string(world.id))
    #expect(claims["iss"] == .string("https://cognito-identity.amazonaws.com"))
    #expect(claims["amr"]?.asArray?.first == .string("authenticated"))
    let answer = try await world.pool.call("AssumeRoleWithWebIdentity", assume("authenticated", token))
    #expect(
      answer["AssumedRoleUser"]?["Arn"] == .string("arn:aws:sts::123456789012:assumed-role/in/session"))
    #expect(answer["SubjectFromWebIdentityToken"] == claims["sub"])
    #expect(answer["Credentials"]?["Expiration"] == .number(world.pool.now + 3600))
    let closed = try await IdentityPoolTests.World()
    let refused = try await closed.pool.refusal(
      "GetOpenIdToken", closed.request(try await closed.identity(), nil))
    #expect(
      said(refused)
        == "400 InvalidParameterException: Basic (classic) flow is not enabled, please use enhanced flow.")
  }

  @Test func `only the role of one's kind, with a good token, is taken on`() async throws {
    let world = try await IdentityPoolTests.World(["AllowClassicFlow": .bool(true)])
    let guest = try await openID(world, nil)
    func refusal(_ role: String, _ token: String) async throws -> String {
      said(try await world.pool.refusal("AssumeRoleWithWebIdentity", assume(role, token)))
    }
    _ = try await world.pool.call("AssumeRoleWithWebIdentity", assume("unauthenticated", guest))
    let denied = "403 AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity"
    #expect(try await refusal("authenticated", guest) == denied)
    #expect(try await refusal("arn:aws:iam::123456789012:role/other", guest) == denied)
    #expect(
      try await refusal("unauthenticated", "nonsense").hasPrefix("400 InvalidIdentityToken: The ID Token provided"))
    let userToken = try await world.token()
    #expect(
      try await refusal("authenticated", userToken)
        == "400 InvalidIdentityToken: No OpenIDConnect provider found in your account for \(TestPool.issuer)")
    var claims = try #require(JWT.unverifiedClaims(guest))
    claims["amr"] = .strings(["authenticated"])
    let forged = try JWT.sign(claims, with: try SigningKey.generate(random: SystemRandomSource()))
    #expect(try await refusal("authenticated", forged).hasPrefix("400 InvalidIdentityToken: "))
    world.pool.wait(600)
    #expect(try await refusal("unauthenticated", guest).hasPrefix("400 ExpiredTokenException: "))
  }

  @Test func `STS is spoken to with forms and answers in XML`() async throws {
    try await LivePool.with { pool async throws in
      func send(_ body: String) async throws -> RawAnswer {
        try #require(
          try await pool.send(
            "POST", "/", headers: ["Content-Type": "application/x-www-form-urlencoded"], body: body))
      }
      let unsigned = try await send("Action=GetCallerIdentity&Version=2011-06-15")
      #expect(unsigned.status == 403 && unsigned.header("content-type") == "text/xml")
      #expect(unsigned.text.contains("<Code>MissingAuthenticationToken</Code>"))
      let unknown = try await send("Action=GetSessionToken&Version=2011-06-15")
      #expect(unknown.status == 400 && unknown.text.contains("<Code>InvalidAction</Code>"))
      let missing = try await send("Action=AssumeRoleWithWebIdentity&RoleSessionName=ab")
      #expect(missing.text.contains("<Code>ValidationError</Code><Message>2 validation errors detected: "))
      let token = "Action=AssumeRoleWithWebIdentity&RoleSessionName=ab&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fa&"
      let bad = try await send(token + "WebIdentityToken=nonsense&DurationSeconds=900")
      #expect(bad.status == 400 && bad.text.contains("<Code>InvalidIdentityToken</Code>"))
      let text = try await send(token + "WebIdentityToken=nonsense&DurationSeconds=long")
      #expect(text.text.contains("<Code>MalformedInput</Code>"))
      let policy = try await send(token + "WebIdentityToken=nonsense&PolicyArns.member.1.Other=x")
      #expect(policy.text.contains("Unknown member: policyArns.1.member.Other"))
    }
  }
}
