import Testing

@testable import CognitoPool

@Suite struct CodeTests {
  @Test func `every authenticator vector comes out as recorded, with six digits and eight`() throws {
    for vector in try Vectors().section("totp", count: 11) {
      let text = try vector.text("secret_base32")
      let secret = try #require(Base32.decode(text))
      let step = TOTP.step(at: Seconds(try vector.number("time")))
      #expect(try TOTP.code(secret: secret, step: step) == (try vector.text("code6")))
      #expect(try TOTP.code(secret: secret, step: step, digits: 8) == (try vector.text("code8")))
      #expect(Base32.encode(secret) == (try vector.text("secret_base32")))
    }
  }

  @Test func `a code of the step before, of this one or of the next is taken, each once`() throws {
    let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    let key = try #require(Base32.decode(secret))
    let now: Seconds = 1_800_000_015
    let step = TOTP.step(at: now)
    var token = SoftwareToken(secret: secret)
    for other in [step - 2, step + 2] {
      #expect(try token.check(try TOTP.code(secret: key, step: other), at: now) == .wrong)
    }
    for near in [step, step - 1, step + 1] {
      let code = try TOTP.code(secret: key, step: near)
      #expect(try token.check(code, at: now) == .right)
      #expect(try token.check(code, at: now) == .usedBefore)
    }
    #expect(try token.check("", at: now) == .wrong)
  }

  @Test func `every claim timestamp is read and written as recorded`() throws {
    for vector in try Vectors().section("timestamps", count: 8) {
      let epoch = Seconds(try vector.number("epoch"))
      #expect(ClaimTimestamp.text(epoch) == (try vector.text("timestamp")))
      #expect(ClaimTimestamp.seconds(try vector.text("timestamp")) == epoch)
    }
  }

  @Test(arguments: [
    "Thu Nov 05 07:04:09 UTC 2026", "Thu Nov  5 07:04:09 UTC 2026", "Thu Nov 5 7:04:09 UTC 2026",
    "Fri Nov 5 07:04:09 UTC 2026", "Thu Nov 5 07:04:09 GMT 2026", "Thu Nov 5 07:04:09 UTC 26",
    "Do Nov 5 07:04:09 UTC 2026", "Thu nov 5 07:04:09 UTC 2026", "Thu Nov 5 07:04 UTC 2026",
    "Thu Nov 5 07:04:09 UTC 2026 ", "Thu Nov 99999999999999999 07:04:09 UTC 2026", "Thu Nov 31 07:04:09 UTC 2026",
    "Thu Nov 5 07:04:9223372036854775807 UTC 2026", "", "2026-11-05T07:04:09Z",
  ])
  func `a claim timestamp of any other form is none`(text: String) {
    #expect(ClaimTimestamp.seconds(text) == nil)
  }

  @Test func `every secret hash comes out as recorded`() throws {
    for vector in try Vectors().section("secret_hash", count: 6) {
      let hash = try AppClient.secretHash(
        name: try vector.text("username"), clientID: try vector.text("client_id"),
        secret: try vector.text("client_secret"))
      #expect(hash == (try vector.text("secret_hash")))
    }
  }

  @Test func `base32 and base64url survive a round trip at every length`() throws {
    for length in 0...40 {
      let raw = SystemRandomSource().bytes(length)
      #expect(Base32.decode(Base32.encode(raw)) == raw)
      #expect(Base64URL.decode(Base64URL.encode(raw)) == raw)
    }
    #expect(Base32.decode("MZXW6===") == [UInt8]("foo".utf8))
    #expect(Base32.decode("0189") == nil)
    #expect(Base64URL.decode("a+b/") == nil)
  }
}
