import SessionModel
import Testing

@Suite("A secret")
struct SecretTests {
  private static let plaintext = "hunter2-correct-horse"
  private let secret = Secret(copyingUTF8: plaintext)

  private struct Holder {
    let name: String
    let secret: Secret
    let nested: [String: Secret?]
  }

  private struct Failure: Error {
    let secret: Secret
  }

  /// Every way in which Swift turns a value into text.
  private func prints(_ value: Any) -> [String] {
    var dumped = ""
    dump(value, to: &dumped)
    return ["\(value)", String(describing: value), String(reflecting: value), dumped]
  }

  @Test("shows no plaintext by any route")
  func showsNothing() {
    let values: [Any] = [
      secret, (secret as Secret?) as Any, [secret], ["key": secret], Set([secret]), (secret, 1),
      Holder(name: "n", secret: secret, nested: ["k": secret]), Failure(secret: secret),
      Result<Secret, Failure>.success(secret),
      LoginAnswer(value: secret), TokenSet(access: token, id: nil, refreshToken: secret),
      LoginPrompt.mfaSetup(secret: secret, otpauthURI: secret),
    ]
    for text in values.flatMap(prints) {
      #expect(!text.contains("hunter2"), "\(text)")
      #expect(!text.contains("104, 117, 110"), "the bytes in decimal: \(text)")
    }
  }

  private var token: Token {
    Token(value: secret, issuedAt: Timestamp(seconds: 0), expiresAt: Timestamp(seconds: 1), claims: nil)
  }

  @Test("describes itself as one")
  func describes() { #expect("\(secret)" == "<secret>" && String(reflecting: secret) == "<secret>") }

  @Test("is equal to another of the same bytes only")
  func equality() {
    #expect(secret == Secret(copyingUTF8: SecretTests.plaintext))
    #expect(secret != Secret(copyingUTF8: "hunter2-correct-hors"))
    #expect(secret != Secret(copyingUTF8: "Hunter2-correct-horse"))
    #expect(Secret(copyingUTF8: "") == Secret(copying: [UInt8]()))
  }

  @Test("hashes by its length alone, so that a table's order tells nothing of the content")
  func hashing() {
    #expect(secret.hashValue == Secret(copyingUTF8: String(repeating: "x", count: secret.count)).hashValue)
  }

  @Test("gives back what was put in")
  func reveals() {
    #expect(secret.revealString() == SecretTests.plaintext)
    #expect(secret.count == SecretTests.plaintext.utf8.count)
    #expect(secret.withRevealedBytes { Array($0) } == Array(SecretTests.plaintext.utf8))
    #expect(Secret(copyingUTF8: "").isEmpty)
  }

  @Test("is a copy: what it was made from may be overwritten")
  func copies() {
    var bytes: [UInt8] = [1, 2, 3]
    let copy = bytes.withUnsafeBytes { Secret(copying: $0) }
    bytes[0] = 9
    #expect(copy.withRevealedBytes { Array($0) } == [1, 2, 3])
  }

  @Test("that could not be filled is an error, not an empty one")
  func filling() {
    #expect(throws: Failure.self) { try Secret(count: 4) { _ in throw Failure(secret: secret) } }
    #expect(Secret(count: 2) { $0[0] = 7 }.withRevealedBytes { Array($0) } == [7, 0])
  }
}
