import AuthFlows
import SessionModel
import Testing
import WireJSON

@Suite("The flow admin")
struct AdminFlowTests {
  private let credentials = AWSCredentials(
    accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret(copyingUTF8: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
    sessionToken: Secret(copyingUTF8: "FwoGZXIvYXdzEXAMPLE//token=="))
  private var request: SignInRequest {
    SignInRequest(flow: .admin, username: "u", clientMetadata: ["k": "v"], awsCredentials: credentials)
  }

  @Test("every request names the pool and is signed; the challenges too")
  func signed() async throws {
    let requests = try await Pool().signIn(
      request, ScriptedConversation("pw", "123456"), secret: "client-secret-value-of-the-pool",
      Script.challenge("SOFTWARE_TOKEN_MFA", ["USERNAME": "real"]))
    #expect(requests.map(\.operation) == ["AdminInitiateAuth", "AdminRespondToAuthChallenge"])
    #expect(requests[0].body["AuthFlow"] == "ADMIN_USER_PASSWORD_AUTH")
    #expect(Set(requests[0].values.keys) == ["USERNAME", "PASSWORD", "SECRET_HASH"])
    for request in requests {
      #expect(request.body["UserPoolId"] == "us-east-1_AbCdEfGhI")
      #expect(request.body["ClientMetadata"] == ["k": "v"])
      #expect(request.headers["X-Amz-Date"] == "20261105T070409Z")
      #expect(request.headers["X-Amz-Security-Token"] == "FwoGZXIvYXdzEXAMPLE//token==")
      let authorization = try #require(request.headers["Authorization"])
      #expect(
        authorization.hasPrefix(
          "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261105/us-east-1/cognito-idp/aws4_request, "
            + "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature="))
    }
  }

  @Test("no other flow's request is signed, whatever credentials there are")
  func unsigned() async throws {
    var other = request
    other.flow = .password
    let requests = try await Pool().signIn(other, ScriptedConversation("pw"))
    #expect(requests[0].operation == "InitiateAuth" && requests[0].headers["Authorization"] == nil)
  }

  @Test("without credentials nothing is asked")
  func missing() async throws {
    let failure = try await Pool().failure(SignInRequest(flow: .admin, username: "u"), ScriptedConversation())
    #expect(failure.problem.code == .invalidRequest)
    #expect(failure.problem.detail.contains("AWS_ACCESS_KEY_ID"))
  }

  @Test("a wrong clock is mended once by the provider's own")
  func skew() async throws {
    let skewed: ScriptedTransport.Answer = { _ in
      .refusal(
        "InvalidSignatureException", "Signature expired", headers: [("Date", "Thu, 05 Nov 2026 09:04:09 GMT")])
    }
    let requests = try await Pool().signIn(request, ScriptedConversation("pw"), skewed)
    #expect(requests.map { $0.headers["X-Amz-Date"] } == ["20261105T070409Z", "20261105T090409Z"])
    #expect(requests[0].body == requests[1].body)
    let failure = try await Pool().failure(request, ScriptedConversation("pw"), skewed, skewed)
    #expect(failure.problem.detail.contains("AWS_SECRET_ACCESS_KEY"))
  }

  @Test("a signature that is wrong without the clock's doing is not tried again, nor the password asked again")
  func wrongKey() async throws {
    let person = ScriptedConversation("pw", "pw")
    let failure = try await Pool().failure(
      request, person, Script.refused("InvalidSignatureException", "The request signature we calculated…"))
    #expect(failure.problem.code == .credentialsRefused && failure.problem.reason == nil)
    #expect(person.asked.count == 1)
  }

  @Test("the credentials are in no description of the request")
  func hidden() {
    let shown = String(reflecting: request) + "\(request)"
    #expect(!shown.contains("wJalr") && !shown.contains("FwoGZ"))
  }
}
