import SessionCrypto
import SessionModel
import Testing

@Suite("AES-256-GCM")
struct AESGCMTests {
  private static func bytes(_ hexadecimal: String) -> [UInt8] {
    var rest = Substring(hexadecimal)
    var bytes: [UInt8] = []
    while let byte = UInt8(rest.prefix(2), radix: 16) {
      bytes.append(byte)
      rest = rest.dropFirst(2)
    }
    return bytes
  }

  /// Test case 16 of the GCM specification (McGrew and Viega), appendix B.
  private let key = Secret(copying: bytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"))
  private let nonce = bytes("cafebabefacedbaddecaf888")
  private let associated = bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2")
  private let plaintext = Secret(
    copying: bytes(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
        + "ba637b39"))
  private let ciphertext = bytes(
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0a"
      + "bcc9f662")
  private let tag = bytes("76fc6ece0f4e1768cddf8853bb2d551b")

  @Test("the specification's vector seals to its ciphertext and tag, and opens")
  func vector() throws {
    let sealed = try AESGCM.seal(plaintext, key: key, nonce: nonce, authenticating: associated)
    #expect(sealed == nonce + ciphertext + tag)
    #expect(try AESGCM.open(sealed, key: key, authenticating: associated) == plaintext)
  }

  @Test("nothing at all can be sealed, and its associated data are still bound")
  func empty() throws {
    let sealed = try AESGCM.seal(Secret(""), key: key, nonce: nonce, authenticating: associated)
    #expect(try AESGCM.open(sealed, key: key, authenticating: associated).isEmpty)
    #expect(throws: AESGCM.Failure.notAuthentic) { try AESGCM.open(sealed, key: key, authenticating: []) }
  }

  @Test("any flipped bit, a missing byte, another key and other associated data are refused")
  func refusals() throws {
    let sealed = try AESGCM.seal(plaintext, key: key, nonce: nonce, authenticating: associated)
    for bit in 0..<(sealed.count * 8) {
      var flipped = sealed
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: AESGCM.Failure.notAuthentic) { try AESGCM.open(flipped, key: key, authenticating: associated) }
    }
    for count in [0, 11, 28, sealed.count - 1] {
      let short = Array(sealed.prefix(count))
      #expect(throws: AESGCM.Failure.notAuthentic) { try AESGCM.open(short, key: key, authenticating: associated) }
    }
    let other = SystemRandom().bytes(32)
    #expect(throws: AESGCM.Failure.notAuthentic) {
      try AESGCM.open(sealed, key: Secret(copying: other), authenticating: associated)
    }
    #expect(throws: AESGCM.Failure.notAuthentic) {
      try AESGCM.open(sealed, key: key, authenticating: associated + [0])
    }
  }

  @Test("keys and nonces of other lengths are refused")
  func lengths() throws {
    #expect(throws: AESGCM.Failure.wrongLength) {
      try AESGCM.seal(plaintext, key: Secret(copying: SystemRandom().bytes(16)), nonce: nonce, authenticating: [])
    }
    #expect(throws: AESGCM.Failure.wrongLength) {
      try AESGCM.seal(plaintext, key: key, nonce: Array(nonce.dropLast()), authenticating: [])
    }
  }
}

@Suite("scrypt")
struct ScryptTests {
  @Test("the vector of RFC 7914 §12 at N = 2^20, the highest cost that is accepted")
  func vector() throws {
    let parameters = try #require(Scrypt.Parameters(n: 1_048_576, r: 8, p: 1))
    let derived = try Scrypt.derive(
      Secret("pleaseletmein"), salt: Array("SodiumChloride".utf8), parameters: parameters, count: 64)
    let hexadecimal = derived.withRevealedBytes { bytes in
      bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
    #expect(
      hexadecimal == "2101cb9b6a511aaeaddbbe09cf70f881ec568d574a2ffd4dabe5ee9820adaa47"
        + "8e56fd8f4ba5d09ffa1c6d927c40f4c337304049e8a952fbcbf45c6fa77a41a4")
  }

  @Test(
    "parameters outside N = 2^15 to 2^20, r = 8, p = 1 are refused",
    arguments: [
      (1 << 14, 8, 1), (1 << 21, 8, 1), ((1 << 17) + 1, 8, 1), (0, 8, 1), (-1, 8, 1), (Int64.min, 8, 1),
      (1 << 17, 1, 1),
      (1 << 17, 16, 1), (1 << 17, 8, 2), (1 << 17, 8, 0),
    ] as [(Int64, Int64, Int64)])
  func bounds(_ parameters: (n: Int64, r: Int64, p: Int64)) {
    #expect(Scrypt.Parameters(n: parameters.n, r: parameters.r, p: parameters.p) == nil)
  }

  @Test("every power of two from 2^15 to 2^20 is accepted, and new slots use 2^17")
  func accepted() {
    for logN in 15...20 { #expect(Scrypt.Parameters(n: 1 << Int64(logN), r: 8, p: 1)?.logN == logN) }
    #expect(Scrypt.Parameters.standard.n == 131_072)
  }
}
