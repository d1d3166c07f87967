import COpenSSL
import Testing

@testable import CognitoPool

/// An RSA key made from what a pool publishes, and nothing else.
struct PublicKey {
  let kid: String
  private let modulus: [UInt8]
  private let exponent: [UInt8]

  init(_ jwk: Vector) throws {
    kid = try jwk.text("kid")
    let (n, e) = (Base64URL.decode(try jwk.text("n")), Base64URL.decode(try jwk.text("e")))
    modulus = try #require(n)
    exponent = try #require(e)
    #expect(modulus.count == 256)
    for (member, value) in ["kty": "RSA", "alg": "RS256", "use": "sig"] { #expect(try jwk.text(member) == value) }
  }

  static func all(_ jwks: JSON) throws -> [PublicKey] {
    try (jwks.asObject?["keys"]?.asArray ?? []).map { try PublicKey(Vector(members: $0.asObject ?? [:])) }
  }

  /// RS256 by OpenSSL.
  func verifies(_ token: String) throws -> Bool {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    let signature = try #require(Base64URL.decode(parts[2]))
    let message = [UInt8]("\(parts[0]).\(parts[1])".utf8)
    let key = try build()
    defer { EVP_PKEY_free(key) }
    let context = EVP_MD_CTX_new()
    defer { EVP_MD_CTX_free(context) }
    #expect(EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1)
    return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
  }

  private func build() throws -> OpaquePointer? {
    let (n, e) = (try BigNumber(bytes: modulus), try BigNumber(bytes: exponent))
    // What is built keeps pointers to the names and numbers.
    return withExtendedLifetime((n, e)) {
      "n".withCString { nameOfN in
        "e".withCString { nameOfE in Self.build([(nameOfN, n.pointer), (nameOfE, e.pointer)]) }
      }
    }
  }

  private static func build(_ numbers: [(UnsafePointer<CChar>, OpaquePointer)]) -> OpaquePointer? {
    let builder = OSSL_PARAM_BLD_new()
    defer { OSSL_PARAM_BLD_free(builder) }
    for (name, number) in numbers { OSSL_PARAM_BLD_push_BN(builder, name, number) }
    let parameters = OSSL_PARAM_BLD_to_param(builder)
    defer { OSSL_PARAM_free(parameters) }
    let context = EVP_PKEY_CTX_new_from_name(nil, "RSA", nil)
    defer { EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    // EVP_PKEY_PUBLIC_KEY, a macro that Swift does not see.
    let publicKey: Int32 = 0x86
    #expect(EVP_PKEY_fromdata_init(context) == 1)
    #expect(EVP_PKEY_fromdata(context, &key, publicKey, parameters) == 1)
    return key
  }
}

extension Tokens {
  static func kid(_ token: String) throws -> String {
    let header = Base64URL.decode(token.prefix { $0 != "." })
    return try Vector(members: try JSON(parsing: try #require(header)).asObject ?? [:]).text("kid")
  }
}
