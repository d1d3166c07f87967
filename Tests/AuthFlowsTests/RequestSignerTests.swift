import SessionModel
import Testing
import WireJSON

@testable import AuthFlows

@Suite("Signed requests")
struct RequestSignerTests {
  @Test("each step of the signature is that of the vector", arguments: Vectors.signatures)
  func vector(_ vector: SRPVector) throws {
    let signer = RequestSigner(
      credentials: AWSCredentials(
        accessKeyID: vector.text("access_key"), secretAccessKey: Secret(copyingUTF8: vector.text("secret_key")),
        sessionToken: vector.json["session_token"]?.string.map(Secret.init(copyingUTF8:))),
      region: vector.text("region"), service: vector.text("service"))
    let headers = vector.json["headers"]?.strings ?? [:]
    let request = ProviderRequest(
      url: "https://\(headers["host"] ?? "")/", method: .post,
      headers: [
        ("Cache-Control", "no-store"), ("X-Amz-Target", headers["x-amz-target"] ?? ""),
        ("Content-Type", headers["content-type"] ?? ""),
      ], body: Secret(copyingUTF8: vector.text("body")))
    // 2026-11-05T07:04:09Z, as all of them have it.
    let time = Timestamp(seconds: 1_793_862_249)
    #expect(try signer.stringToSign(vector.text("canonical_request"), time) == vector.text("string_to_sign"))
    #expect(try signer.key(time) == vector.bytes("signing_key_hex"))
    let signed = try signer.signed(request, at: time)
    #expect(signed.first { $0.0 == "Authorization" }?.1 == vector.text("authorization"))
    #expect(signed.first { $0.0 == "X-Amz-Date" }?.1 == vector.text("amz_date"))
    #expect(signed.prefix(3).map(\.0) == request.headers.map(\.0))
  }

  @Test(
    "the host is signed as it will be sent",
    arguments: [
      ("https://Cognito-idp.us-east-1.amazonaws.com/", "cognito-idp.us-east-1.amazonaws.com"),
      ("https://h:443/", "h"), ("http://h:80/", "h"), ("http://127.0.0.1:9229/", "127.0.0.1:9229"),
      ("https://h:80/x", "h:80"), ("http://[::1]:1/", "[::1]:1"),
    ])
  func host(url: String, host: String) { #expect(RequestSigner.host(of: url) == host) }
}
