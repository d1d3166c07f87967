import AuthFlows
import SessionModel
import Testing
import WireJSON

/// Answers of a scripted provider, in the short form that flows' tests use.
enum Script {
  /// A challenge.
  static func challenge(
    _ name: String, _ parameters: JSONValue = [:], session: String = "the-session", available: [String] = []
  ) -> ScriptedTransport.Answer {
    { _ in
      .ok([
        "ChallengeName": .string(name), "Session": .string(session), "ChallengeParameters": parameters,
        "AvailableChallenges": .array(available.map(JSONValue.string)),
      ])
    }
  }

  /// The password's SRP challenge of the first vector, which no test here has to get right.
  static func verifier() throws -> ScriptedTransport.Answer {
    let vector = try #require(Vectors.users.first)
    return challenge("PASSWORD_VERIFIER", vector.json["challenge_parameters"] ?? [:])
  }

  /// A refusal.
  static func refused(_ name: String, _ message: String) -> ScriptedTransport.Answer {
    { _ in .refusal(name, message) }
  }

  /// A success that says where a code went.
  static func sent(_ medium: String, to destination: String) -> ScriptedTransport.Answer {
    { _ in
      .ok([
        "CodeDeliveryDetails": [
          "DeliveryMedium": .string(medium), "Destination": .string(destination), "AttributeName": "email",
        ]
      ])
    }
  }

  /// A success that says nothing.
  static let nothing: ScriptedTransport.Answer = { _ in .ok([:]) }
}

extension SeenRequest {
  /// `AuthParameters` or `ChallengeResponses`.
  var values: [String: String] { (body["AuthParameters"] ?? body["ChallengeResponses"])?.strings ?? [:] }
}

extension Pool {
  /// Signs in by a script; the requests.
  func signIn(
    _ request: SignInRequest, _ person: ScriptedConversation, secret: String? = nil,
    _ script: ScriptedTransport.Answer...
  ) async throws -> [SeenRequest] {
    let transport = ScriptedTransport(script + [try tokens(), try keySet()])
    _ = try await client(transport, secret: secret).signIn(request, conversation: person)
    #expect(transport.isFinished)
    return transport.requests.dropLast()
  }

  /// Fails to sign in by a script.
  func failure(
    _ request: SignInRequest, _ person: ScriptedConversation, _ script: ScriptedTransport.Answer...
  ) async throws -> ProviderFailure {
    let transport = ScriptedTransport(script)
    let failure = try await #require(throws: ProviderFailure.self) {
      _ = try await client(transport).signIn(request, conversation: person)
    }
    #expect(transport.isFinished)
    return failure
  }
}

extension LoginAnswer {
  /// Send the code again.
  static let resend = LoginAnswer(value: nil, resend: true)
  /// A text.
  static func text(_ text: String) -> LoginAnswer { LoginAnswer(value: Secret(copyingUTF8: text)) }
}
