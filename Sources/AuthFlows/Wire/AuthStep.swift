internal import SessionModel
internal import WireJSON

/// What the provider answers to a step of a sign-in: the tokens, or something more to prove.
enum AuthStep {
  case challenge(Challenge)
  case signedIn(SignInTokens)
}

/// A challenge (`ChallengeNameType`).
struct Challenge {
  /// `ChallengeName`.
  var name: String
  /// `Session`: opaque, to be sent back with the answer, good for one of them.
  var session: Secret?
  /// `ChallengeParameters`.
  var parameters: [String: String]
  /// `AvailableChallenges`, where there is a choice.
  var available: [String]
  /// When it came, by the provider's clock where known.
  var time: Timestamp
}

/// The tokens of a sign-in, unchecked.
struct SignInTokens {
  var accessToken: Secret
  var idToken: Secret?
  var refreshToken: Secret?
  var expiresInSeconds: Int64
  var newDevice: NewDevice?
  var answer: ServiceAnswer
}

extension AuthStep {
  /// Reads the answer of InitiateAuth or RespondToAuthChallenge.
  init(_ answer: ServiceAnswer) throws(ProviderFailure) {
    var result: AuthenticationResult?
    var challenge = Challenge(name: "", session: nil, parameters: [:], available: [], time: answer.providerTime)
    try answer.read { name, value in
      if value.null() { return }
      switch name {
      case "AuthenticationResult":
        var read = AuthenticationResult()
        try read.read(&value)
        result = read
      case "ChallengeName": challenge.name = try value.string()
      case "Session": challenge.session = try value.secret()
      case "ChallengeParameters": try value.object { challenge.parameters[$0] = try $1.null() ? nil : $1.string() }
      case "AvailableChallenges": try value.array { challenge.available.append(try $0.string()) }
      default: try value.skip()
      }
    }
    guard challenge.name.isEmpty else {
      self = .challenge(challenge)
      return
    }
    guard let accessToken = result?.accessToken else { throw answer.unusable() }
    self = .signedIn(
      SignInTokens(
        accessToken: accessToken, idToken: result?.idToken, refreshToken: result?.refreshToken,
        expiresInSeconds: result?.expiresInSeconds ?? 0, newDevice: result?.newDevice, answer: answer))
  }
}
