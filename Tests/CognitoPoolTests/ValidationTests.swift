import Testing

@testable import CognitoPool

@Suite struct ValidationTests {
  private func refusal(_ operation: String, _ body: JSON) async throws -> String {
    let pool = try TestPool()
    switch await pool.service.perform(operation, body).result {
    case .success: return "carried out"
    case .failure(let error): return said(error)
    }
  }

  @Test func `a member that is missing is named`() async throws {
    #expect(
      try await refusal("InitiateAuth", .object(["ClientId": .string("app")]))
        == "400 InvalidParameterException: 1 validation error detected: Value null at 'authFlow' failed to satisfy constraint: Member must not be null"
    )
    #expect(
      try await refusal("InitiateAuth", .object(["AuthFlow": .null]))
        == "400 InvalidParameterException: 2 validation errors detected: Value null at 'authFlow' failed to satisfy constraint: Member must not be null; Value null at 'clientId' failed to satisfy constraint: Member must not be null"
    )
  }

  @Test func `a value outside its constraints is refused in their words, secrets left out`() async throws {
    let flow = try await refusal(
      "InitiateAuth", .object(["ClientId": .string("app"), "AuthFlow": .string("LOGIN")]))
    #expect(
      flow.hasPrefix(
        "400 InvalidParameterException: 1 validation error detected: Value 'LOGIN' at 'authFlow' failed to satisfy constraint: Member must satisfy enum value set: [USER_SRP_AUTH, "
      ))
    let short = try await refusal(
      "RespondToAuthChallenge",
      .object([
        "ClientId": .string("app"), "ChallengeName": .string("SMS_MFA"), "Session": .string("hidden"),
      ]))
    #expect(
      short
        == "400 InvalidParameterException: 1 validation error detected: Value at 'session' failed to satisfy constraint: Member must have length greater than or equal to 20"
    )
    let client = try await refusal(
      "InitiateAuth", .object(["ClientId": .string("a b\u{E9}"), "AuthFlow": .string("USER_SRP_AUTH")]))
    #expect(
      client
        == #"400 InvalidParameterException: 1 validation error detected: Value at 'clientId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+]+"#
    )
    let code = try await refusal("VerifySoftwareToken", .object(["UserCode": .string("12a45")]))
    #expect(code.contains("2 validation errors detected: Value at 'userCode'"))
  }

  @Test(arguments: [
    (#"{"AuthFlow":5,"ClientId":"app"}"#, "NUMBER_VALUE can not be converted to a String at 'authFlow'."),
    (#"{"AuthFlow":1.5,"ClientId":"app"}"#, "DECIMAL_VALUE can not be converted to a String at 'authFlow'."),
    (#"{"AuthFlow":true,"ClientId":"app"}"#, "TRUE_VALUE can not be converted to a String at 'authFlow'."),
    (#"{"AuthFlow":{},"ClientId":"app"}"#, "Start of structure or map found where not expected at 'authFlow'."),
    (#"{"AuthFlow":[],"ClientId":"app"}"#, "Start of list found where not expected at 'authFlow'."),
    (
      #"{"AuthFlow":"USER_SRP_AUTH","ClientId":"app","AuthParameters":"x"}"#,
      "STRING_VALUE can not be converted to a structure or map at 'authParameters'."
    ),
    (
      #"{"AuthFlow":"USER_SRP_AUTH","ClientId":"app","AuthParameters":{"USERNAME":7}}"#,
      "NUMBER_VALUE can not be converted to a String at 'authParameters.USERNAME.member'."
    ),
    (#"{"AuthFlow":"USER_SRP_AUTH","ClientId":"app","Extra":1}"#, "Unknown member: Extra"),
    (
      #"{"AuthFlow":"USER_SRP_AUTH","ClientId":"app","UserContextData":{"Ip":"1"}}"#,
      "Unknown member: userContextData.Ip"
    ),
    (#"["AuthFlow"]"#, "The request body must be a JSON object"),
    (#""AuthFlow""#, "The request body must be a JSON object"),
  ])
  func `a body of the wrong form is refused before anything else`(body: String, sentence: String) async throws {
    let answer = try await refusal("InitiateAuth", try JSON(parsing: [UInt8](body.utf8)))
    #expect(answer == "400 SerializationException: \(sentence)")
  }

  @Test func `operations that are unknown, or not carried out, say so`() async throws {
    #expect(
      try await refusal("NoSuchThing", .object([:]))
        == "400 UnknownOperationException: This pool does not carry out NoSuchThing.")
    #expect(
      try await refusal("ListUserSessions", .object([:]))
        == "400 UnknownOperationException: This pool does not carry out ListUserSessions.")
  }

  @Test func `every shape and pattern of the bundled models can be read, and every operation is in one`() throws {
    let models = try ServiceModels.bundled.get()
    for model in [models.userPools, models.identityPools, models.tokens] {
      for operation in model.operations.values {
        #expect(model.shapes[operation.input] != nil, "\(operation.name)")
        if let output = operation.output { #expect(model.shapes[output] != nil, "\(operation.name)") }
      }
    }
    for (name, operation) in Operation.all {
      let known = try #require(models.service(of: name)?.operations[name])
      switch operation.work {
      case .inUserPool(.client, _), .inUserPool(.revokingClient, _): #expect(known.authorization == "none")
      case .inUserPool(.accessToken, _): #expect(known.authorization == "access-token")
      case .inUserPool(.accessTokenOrSession, _): #expect(known.authorization == "access-token-or-session")
      case .inUserPool(.userPool, _): #expect(known.authorization == "sigv4")
      case .inIdentityPool, .onAllPools: #expect(["none", "sigv4"].contains(known.authorization))
      }
    }
  }

  @Test(arguments: [
    (#"[\w+]+"#, "a_9+", true), (#"[\w+]+"#, "\u{E9}", false), (#"[\S]+"#, "a\u{A0}b", true),
    (#"[\S]+"#, "a b", false), (#"[0-9]+"#, "12\n", false), ("[A-Za-z0-9-_=.]+", "a-b_c=.", true),
    (#"[\p{L}\p{M}\p{S}\p{N}\p{P}]+"#, "j\u{FC}rgen+@", true), (#"[\p{L}\p{M}\p{S}\p{N}\p{P}]+"#, "a b", false),
  ])
  func `patterns mean what they mean to Java`(pattern: String, text: String, matches: Bool) throws {
    #expect(try Pattern(pattern).matches(text) == matches)
  }
}
