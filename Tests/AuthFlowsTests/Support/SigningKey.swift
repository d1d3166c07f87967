import COpenSSL
import SessionCrypto
import SessionModel
import WireJSON

/// An RSA key made for one test, that signs tokens as a pool does. Signs by itself, so that the test does not check the
/// flows against their own code.
final class SigningKey: Sendable {
  let id: String
  nonisolated(unsafe) private let key: OpaquePointer  // only read once made

  init(id: String = "key-1", bits: Int32 = 2048) throws {
    self.id = id
    key = try SigningKey.makeKey(bits: bits)
  }

  /// A new RSA key, the caller's to free.
  static func makeKey(bits: Int32 = 2048) throws -> OpaquePointer {
    let context = EVP_PKEY_CTX_new_from_name(nil, "RSA", nil)
    defer { EVP_PKEY_CTX_free(context) }
    var made: OpaquePointer?
    guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits) == 1,
      EVP_PKEY_generate(context, &made) == 1, let made
    else { throw Failed() }
    return made
  }

  /// One for all tests that don't care: making one takes a good part of a second.
  static let shared = Result { try SigningKey() }
  /// Another one.
  static let other = Result { try SigningKey(id: "key-2") }

  deinit { EVP_PKEY_free(key) }

  struct Failed: Error {}

  /// The public half as a JWK.
  func jwk() throws -> JSONValue {
    [
      "kid": .string(id), "kty": "RSA", "alg": "RS256", "use": "sig", "n": .string(try number("n")),
      "e": .string(try number("e")),
    ]
  }

  static func set(_ keys: SigningKey...) throws -> JSONValue { ["keys": .array(try keys.map { try $0.jwk() })] }

  private func number(_ name: String) throws -> String {
    var number: OpaquePointer?
    guard EVP_PKEY_get_bn_param(key, name, &number) == 1, let number else { throw Failed() }
    defer { BN_free(number) }
    var bytes = [UInt8](repeating: 0, count: Int(BN_num_bits(number) + 7) / 8)
    BN_bn2bin(number, &bytes)
    return SigningKey.base64URL(bytes)
  }

  /// A token with that payload.
  func sign(_ claims: JSONValue, header: JSONValue? = nil) throws -> Secret {
    let head = header ?? ["alg": "RS256", "kid": .string(id)]
    let input = SigningKey.base64URL(head.serialized()) + "." + SigningKey.base64URL(claims.serialized())
    return Secret(copyingUTF8: input + "." + SigningKey.base64URL(try signature(of: Array(input.utf8))))
  }

  private func signature(of message: [UInt8]) throws -> [UInt8] {
    let context = EVP_MD_CTX_new()
    defer { EVP_MD_CTX_free(context) }
    var length = 1024
    var signature = [UInt8](repeating: 0, count: length)
    guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1,
      EVP_DigestSign(context, &signature, &length, message, message.count) == 1
    else { throw Failed() }
    return Array(signature.prefix(length))
  }

  static func base64URL(_ bytes: [UInt8]) -> String {
    var output = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
    let count = Int(EVP_EncodeBlock(&output, bytes, Int32(bytes.count)))
    return String(decoding: output.prefix(count), as: UTF8.self).replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }
}

/// The public half of a test's key, as the flows read it.
enum RSAKeyFixture {
  static func publicKey(of key: SigningKey) throws -> RSAPublicKey? {
    let jwk = try key.jwk()
    guard let n = Base64.decode(jwk["n"]?.string ?? "", .url), let e = Base64.decode(jwk["e"]?.string ?? "", .url)
    else {
      return nil
    }
    return RSAPublicKey(modulus: n, exponent: e)
  }
}
