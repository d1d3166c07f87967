import Foundation
import Testing

@testable import CognitoPool

@Suite struct HTTPTests {
  @Test func `a sign-in, a refused one and the keys come over the socket in the service's form`() async throws {
    try await LivePool.with { pool async throws in
      let tokens = try await pool.tokens()
      let jwks = try #require(try await pool.send("GET", "/\(TestPool.poolID)/.well-known/jwks.json"))
      #expect(jwks.status == 200)
      let keys = try PublicKey.all(try JSON(parsing: jwks.body))
      let kid = try Tokens.kid(tokens.id)
      let key = try #require(keys.first { $0.kid == kid })
      #expect(try key.verifies(tokens.id))
      let discovery = try #require(try await pool.send("GET", "/\(TestPool.poolID)/.well-known/openid-configuration"))
      #expect(try discovery.json()["issuer"] == .string(pool.issuer))
      #expect(try tokens.idClaims()["iss"] == .string(pool.issuer))

      let refused = try #require(try await pool.refresh("nonsense"))
      #expect(refused.status == 400)
      #expect(refused.text == #"{"__type":"NotAuthorizedException","message":"Invalid Refresh Token"}"#)
      #expect(refused.header("x-amzn-errortype") == "NotAuthorizedException:")
      #expect(refused.header("x-amzn-errormessage") == "Invalid Refresh Token")
      for answer in [jwks, refused] {
        #expect(answer.header("x-amzn-requestid")?.utf8.count == 36)
        #expect(answer.header("date")?.hasSuffix(" GMT") == true)
      }
      #expect(refused.header("content-type") == "application/x-amz-json-1.1")
    }
  }

  @Test func `a request that is not the service's is refused`() async throws {
    try await LivePool.with { pool async throws in
      let json = "application/x-amz-json-1.1"
      let target = "AWSCognitoIdentityProviderService.GetUser"
      let cases: [(headers: [String: String], body: String, said: String)] = [
        (["Content-Type": json], "{}", "UnknownOperationException"),
        (["Content-Type": json, "X-Amz-Target": "Other.GetUser"], "{}", "UnknownOperationException"),
        (["Content-Type": json, "X-Amz-Target": target + "x"], "{}", "UnknownOperationException"),
        (["Content-Type": "application/json", "X-Amz-Target": target], "{}", "UnknownOperationException"),
        (["X-Amz-Target": target], "{}", "UnknownOperationException"),
        (["Content-Type": json, "X-Amz-Target": target], "{", "SerializationException"),
        (["Content-Type": json, "X-Amz-Target": target], "", "SerializationException"),
        (["Content-Type": json, "X-Amz-Target": target], "{}", "InvalidParameterException"),
        (["Content-Type": json + "; charset=utf-8", "X-Amz-Target": target], "{}", "InvalidParameterException"),
      ]
      for (headers, body, said) in cases {
        let answer = try #require(try await pool.send("POST", "/", headers: headers, body: body))
        #expect(try answer.json()["__type"] == .string(said), "\(headers) \(body)")
        #expect(answer.status == 400)
      }
      let tagging = ["Content-Type": json, "X-Amz-Target": "AWSCognitoIdentityProviderService.TagResource"]
      let named = try await pool.send("POST", "/", headers: tagging, body: "{}")
      #expect(try named?.json()["message"] == .string("This pool does not carry out TagResource."))
      #expect(try await pool.send("GET", "/")?.header("allow") == "POST")
      #expect(try await pool.send("POST", "/\(TestPool.poolID)/.well-known/jwks.json")?.status == 405)
      for path in ["/nowhere", "/us-east-1_Other/.well-known/jwks.json", "/\(TestPool.poolID)/ui"] {
        #expect(try await pool.send("GET", path)?.status == 404)
      }
    }
  }

  @Test func `rule 9: only loopback names reach the pool`() async throws {
    try await LivePool.with { pool async throws in
      let path = "/\(TestPool.poolID)/.well-known/jwks.json"
      for (host, status) in [
        ("127.0.0.1:\(pool.port)", 200), ("localhost:1", 200), ("LOCALHOST", 200), ("[::1]:80", 200),
        ("127.9.9.9", 200), ("evil.example", 403), ("localhost.evil.example", 403), ("127.0.0.1.evil", 403),
        ("0.0.0.0", 403), ("127.0.0.256", 403), ("127.0.0.01", 403), ("", 403),
      ] {
        let connection = try pool.connect()
        try connection.send("GET", path, host: host)
        #expect(try await connection.answer()?.status == status, "\(host)")
      }
    }
  }

  @Test(arguments: [
    ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n", 400),
    ("GET / HTTP/1.1\nHost: localhost\n\n", 400),
    ("GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\n\r\n", 400),
    ("nonsense\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: localhost\r\nX: \(String(repeating: "x", count: 20000))\r\n\r\n", 431),
    ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1048577\r\n\r\n", 413),
  ])
  func `rule 10: ambiguous or oversized requests are answered and the connection closed`(
    request: String, status: Int
  ) async throws {
    try await LivePool.with { pool async throws in
      let connection = try pool.connect()
      try connection.send(raw: request)
      let answer = try #require(try await connection.answer())
      #expect(answer.status == status)
      #expect(answer.header("date") != nil)
      #expect(answer.header("x-amzn-requestid") != nil)
      #expect(try await connection.isClosed())
      #expect(try await pool.signIn()?.status == 200)
    }
  }

  @Test func `a connection serves one request after the other, pipelined ones in order`() async throws {
    try await LivePool.with { pool async throws in
      let connection = try pool.connect()
      let keys = "GET /\(TestPool.poolID)/.well-known/jwks.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
      let nothing = "GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n"
      for _ in 1...2 {
        try connection.send(raw: keys + nothing + keys)
        for status in [200, 404, 200] { #expect(try await connection.answer()?.status == status) }
      }
    }
  }

  @Test func `rule 26: the log names operation and outcome and no secret`() async throws {
    try await LivePool.with { pool async throws in
      let tokens = try await pool.tokens()
      let refresh = try tokens.refreshToken()
      _ = try await pool.refresh(refresh)
      _ = try await pool.operation("GetUser", ["AccessToken": .string(tokens.access + "x")])
      _ = try await pool.operation("InitiateAuth", ["AuthFlow": .string("my-password"), "ClientId": .string("app")])
      _ = try await pool.operation(
        "InitiateAuth", ["AuthFlow": .string("USER_SRP_AUTH"), "ClientId": .string("mypassword")])
      _ = try await pool.send("GET", "/nowhere?code=my-password")
      let log = pool.log
      #expect(
        log == [
          "InitiateAuth 200", "GetTokensFromRefreshToken 200", "GetUser 400 NotAuthorizedException",
          "InitiateAuth 400 InvalidParameterException", "InitiateAuth 400 ResourceNotFoundException",
          "/nowhere 404",
        ])
    }
  }

  @Test func `the port and the issuer are the same after a restart`() async throws {
    var template = Array("\(NSTemporaryDirectory())/pool-live-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let first = try await LivePool(folder: folder)
    let tokens = try await first.tokens()
    await first.server.stop()
    let second = try await LivePool(folder: folder)
    #expect(second.issuer == first.issuer)
    #expect(try await second.operation("GetUser", ["AccessToken": .string(tokens.access)])?.status == 200)
    #expect(try await second.refresh(try tokens.refreshToken())?.status == 200)
    await second.server.stop()
  }

  @Test func `a temporary folder goes with its pool`() async throws {
    let pool = try await LivePool()
    let ready = Vector(members: try JSON(parsing: [UInt8](pool.server.readyLine.utf8)).asObject ?? [:])
    let folder = try ready.text("data")
    #expect(FileManager.default.fileExists(atPath: folder))
    await pool.server.stop()
    #expect(!FileManager.default.fileExists(atPath: folder))
  }
}
