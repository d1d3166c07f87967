internal import SessionModel
internal import WireJSON

/// SMS_MFA, EMAIL_OTP and SMS_OTP: a code that the pool sent, as second factor or, chosen, as the only one.
struct SentCode: ChallengeHandler {
  let name: String
  /// The member of the answer that holds the code.
  let answerMember: String
  let isMail: Bool

  static let all = [
    SentCode(name: "SMS_MFA", answerMember: "SMS_MFA_CODE", isMail: false),
    SentCode(name: "SMS_OTP", answerMember: "SMS_OTP_CODE", isMail: false),
    SentCode(name: "EMAIL_OTP", answerMember: "EMAIL_OTP_CODE", isMail: true),
  ]

  func answer(_ challenge: Challenge, _ run: inout SignInRun) async throws -> AuthStep {
    let destination = challenge.parameters["CODE_DELIVERY_DESTINATION"]
    let prompt = isMail ? LoginPrompt.emailCode(destination: destination) : .smsCode(destination: destination)
    let answering = SentCodeAnswering { run, code, _ in
      try await run.respond(to: challenge, [JSONMember(answerMember, .secret(code))])
    } resend: { run in
      .result(try await run.startAnew())
    }
    return try await run.askingCode(prompt, answering)
  }
}
