import SessionCrypto
import SessionModel
import Testing
import WireJSON

@testable import AuthFlows

@Suite("Primitives")
struct SessionCryptoTests {
  private func hex(_ text: String) -> Secret { Secret(copying: SRPHex.bytes(text) ?? []) }

  @Test("SHA-256 is FIPS 180-4's, in one part or several")
  func sha256() throws {
    let expected = hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(try SHA256.hash(Secret(copyingUTF8: "abc")) == expected)
    #expect(try SHA256.hash(Secret(copyingUTF8: "a"), Secret(copyingUTF8: ""), Secret(copyingUTF8: "bc")) == expected)
    #expect(
      try SHA256.hash([]) == hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"))
  }

  @Test(
    "HMAC-SHA-256 is RFC 4231's",
    arguments: [
      (
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "Hi There",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
      ),
      (
        "4a656665", "what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
      ),
    ])
  func hmac(key: String, message: String, code: String) throws {
    #expect(try HMAC.sha256(key: hex(key), [Secret(copyingUTF8: message)]) == hex(code))
    let parts = message.utf8.map { Secret(copying: [$0]) }
    #expect(try HMAC.sha256(key: hex(key), parts) == hex(code))
  }

  @Test("HKDF is RFC 5869's, test case 3 (no salt, no info)")
  func hkdfWithoutSalt() throws {
    let key = try HKDF.sha256(
      inputKey: hex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"), salt: Secret(copying: [UInt8]()), info: "",
      count: 42)
    #expect(
      key == hex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"))
  }

  @Test("HKDF takes salt and info (computed by Python from RFC 5869)")
  func hkdf() throws {
    let key = try HKDF.sha256(
      inputKey: hex("000102030405060708090a0b0c0d0e0f"), salt: hex("606162636465"), info: "Caldera Derived Key",
      count: 16)
    #expect(key == hex("6cd24c59c734aa98f0e3a19137648112"))
  }

  @Test(
    "base64 is RFC 4648's, both ways",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
      ("foobar", "Zm9vYmFy"),
    ])
  func base64(plain: String, encoded: String) {
    let bytes = Secret(copyingUTF8: plain)
    #expect(Base64.encode(bytes).revealString() == encoded)
    #expect(Base64.decode(Secret(copyingUTF8: encoded)) == bytes)
    let unpadded = encoded.filter { $0 != "=" }
    #expect(Base64.encode(bytes, .url).revealString() == unpadded)
    #expect(Base64.decode(unpadded, .url) == Array(plain.utf8))
  }

  @Test("base64 goes through all bytes unchanged")
  func base64Bytes() {
    for length in 0..<70 {
      let bytes = Secret(copying: (0..<length).map { UInt8(truncatingIfNeeded: $0 * 37 + length * 101) })
      #expect(Base64.decode(Base64.encode(bytes)) == bytes)
      #expect(Base64.decode(Base64.encode(bytes, .url), .url) == bytes)
    }
    #expect(Base64.encode(Secret(copying: [0xFB, 0xFF, 0xFE] as [UInt8])).revealString() == "+//+")
    #expect(Base64.encode(Secret(copying: [0xFB, 0xFF, 0xFE] as [UInt8]), .url).revealString() == "-__-")
  }

  @Test(
    "what is not base64 is refused: lengths, characters, bits left over, padding",
    arguments: [
      "Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v====", "Zm 9v", "Zm9v\n", "Zg==Zg==", "-__-", "=", "====",
    ])
  func notBase64(_ text: String) {
    #expect(Base64.decode(text) == nil)
  }

  @Test("what is not base64url is refused", arguments: ["Z", "Zg==", "+//+", "Zh", "Zm9"])
  func notBase64URL(_ text: String) {
    #expect(Base64.decode(text, .url) == nil)
  }

  @Test("an RSA signature verifies by its own key and message only")
  func rsa() throws {
    let signing = try SigningKey.shared.get()
    let other = try #require(try RSAKeyFixture.publicKey(of: SigningKey.other.get()))
    let token = try JSONWebToken(signing.sign(["sub": "x"]))
    let right = try #require(try RSAKeyFixture.publicKey(of: signing))
    #expect(try right.verifies(signature: token.signature, of: token.signingInput))
    #expect(try !other.verifies(signature: token.signature, of: token.signingInput))
    #expect(try !right.verifies(signature: token.signature, of: Secret(copyingUTF8: "else")))
    #expect(try !right.verifies(signature: [], of: token.signingInput))
    #expect(try !right.verifies(signature: Array(token.signature.dropLast()), of: token.signingInput))
  }

  @Test("a key that is too small, too large or no RSA key is not taken")
  func weakKeys() {
    let large = [UInt8](repeating: 0xFF, count: 1025)
    #expect(RSAPublicKey(modulus: [UInt8](repeating: 0xFF, count: 255), exponent: [1, 0, 1]) == nil)
    #expect(RSAPublicKey(modulus: large, exponent: [1, 0, 1]) == nil)
    #expect(RSAPublicKey(modulus: [UInt8](repeating: 0xFE, count: 256), exponent: [1, 0, 1]) == nil)
    #expect(RSAPublicKey(modulus: [UInt8](repeating: 0xFF, count: 256), exponent: [1]) == nil)
    #expect(RSAPublicKey(modulus: [UInt8](repeating: 0xFF, count: 256), exponent: [2]) == nil)
    #expect(RSAPublicKey(modulus: [], exponent: []) == nil)
    #expect(RSAPublicKey(modulus: [0] + [UInt8](repeating: 0xFF, count: 256), exponent: [1, 0, 1]) != nil)
  }

  @Test("a big number's power takes an exponent longer than the modulus, and a base of zero")
  func powers() throws {
    let seven = try BigNumber(bigEndian: Secret(copying: [7 as UInt8]))
    let base = try BigNumber(bigEndian: Secret(copying: [3 as UInt8]))
    let exponent = try BigNumber(bigEndian: Secret(copying: [1, 0, 1] as [UInt8]))
    // 3^65537 mod 7: 3 has order 6, and 65537 mod 6 is 5.
    #expect(try base.modularPower(exponent, modulo: seven).bigEndian() == Secret(copying: [5 as UInt8]))
    let zero = try BigNumber(bigEndian: Secret(copying: [UInt8]()))
    #expect(try zero.modularPower(exponent, modulo: seven).isZero)
    #expect(try base.subtracting(seven, modulo: seven).bigEndian() == Secret(copying: [3 as UInt8]))
  }
}
