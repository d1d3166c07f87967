import Testing

@testable import CognitoPool

@Suite struct SignatureTests {
  private struct Signed {
    let call: HTTPCall
    let key: AccessKey
    let now: Seconds
  }

  private func signed(
    _ vector: Vector, headers change: (inout [String: String]) -> Void = { _ in }, body: String? = nil
  ) throws -> Signed {
    var headers = try vector.object("headers").members.compactMapValues(\.asString)
    headers["authorization"] = try vector.text("authorization")
    change(&headers)
    let call = HTTPCall(
      method: "POST", path: "/", headers: headers.map { ($0.key, $0.value) },
      body: [UInt8]((try body ?? vector.text("body")).utf8), closed: {})
    let key = AccessKey(
      id: try vector.text("access_key"), secret: try vector.text("secret_key"),
      sessionToken: vector.members["session_token"]?.asString)
    return Signed(call: call, key: key, now: try #require(SignatureCheck.seconds(try vector.text("amz_date"))))
  }

  private func check(_ signed: Signed, service: String = "cognito-idp", later: Seconds = 0) throws {
    try SignatureCheck(service: service, now: signed.now + later, key: signed.key).check(signed.call)
  }

  private func refusal(_ signed: Signed, service: String = "cognito-idp", later: Seconds = 0) throws -> String {
    let error = #expect(throws: ServiceError.self) { try check(signed, service: service, later: later) }
    return error.map { "\($0.name): \($0.message)" } ?? ""
  }

  @Test func `every signature vector comes out as recorded`() throws {
    for vector in try Vectors().section("sigv4", count: 2) {
      let signed = try signed(vector)
      let signature = try SignatureV4(authorization: try vector.text("authorization"))
      #expect(try signature.canonicalRequest(signed.call) == (try vector.text("canonical_request")))
      #expect(
        try signature.stringToSign(signed.call, date: try vector.text("amz_date"))
          == (try vector.text("string_to_sign")))
      #expect(signature.signature == (try vector.text("signature_hex")))
      try check(signed)
      try check(signed, later: 299)
    }
  }

  @Test func `anything that was changed after signing is refused`() throws {
    for vector in try Vectors().section("sigv4", count: 2) {
      let bodies = try refusal(try signed(vector, body: "{}"))
      #expect(bodies.hasPrefix("InvalidSignatureException: The request signature we calculated does not match"))
      let host = try refusal(try signed(vector, headers: { $0["host"] = "example.org" }))
      #expect(host.hasPrefix("InvalidSignatureException: The request signature we calculated"))
      let unsigned = try refusal(try signed(vector, headers: { $0["x-amz-meta"] = "1" }))
      #expect(
        unsigned == "InvalidSignatureException: 'x-amz-meta' must be a 'SignedHeader' in the AWS Authorization.")
      let token = try refusal(try signed(vector, headers: { $0["x-amz-security-token"] = "other" }))
      #expect(
        token == "UnrecognizedClientException: The security token included in the request is invalid.")
    }
  }

  @Test func `an old signature, a later one, another service's and none are told apart`() throws {
    let vector = try #require(try Vectors().section("sigv4", count: 2).first)
    let signed = try signed(vector)
    #expect(
      try refusal(signed, later: 301)
        == "InvalidSignatureException: Signature expired: 20261105T070409Z is now earlier than 20261105T070410Z "
        + "(20261105T070910Z - 5 min.)")
    #expect(try refusal(signed, later: -301).hasPrefix("InvalidSignatureException: Signature not yet current:"))
    #expect(
      try refusal(signed, service: "sts")
        == "InvalidSignatureException: Credential should be scoped to correct service: 'sts'.")
    let none = try self.signed(vector, headers: { $0["authorization"] = nil })
    #expect(try refusal(none) == "MissingAuthenticationTokenException: Missing Authentication Token")
    for text in ["Bearer x", "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request", "AWS4-HMAC-SHA256 Credential=a/b"] {
      let broken = try self.signed(vector, headers: { $0["authorization"] = text })
      #expect(try refusal(broken).hasPrefix("IncompleteSignatureException: Authorization header requires"), "\(text)")
    }
  }

  @Test func `an administrator's call without a signature gets nowhere at a running pool`() async throws {
    try await LivePool.with { pool in
      let answer = try #require(
        try await pool.operation("ListUsers", ["UserPoolId": .string(TestPool.poolID)]))
      #expect(answer.status == 400)
      #expect(try answer.json()["__type"] == .string("MissingAuthenticationTokenException"))
    }
  }
}
