import Testing

@testable import CognitoPool

@Suite struct SRPVectorTests {
  @Test func `the group is the one of the vectors`() throws {
    let constants = try Vector(members: Vectors().root).object("constants")
    let group = try SRPGroup()
    #expect(group.modulus.number.hex == (try constants.text("N_hex")))
    #expect(group.generator.hex == (try constants.text("g_hex")))
    #expect(group.k.hex == (try constants.text("k_hex")))
  }

  @Test func `the server's half of every user vector comes out as recorded`() throws {
    for vector in try Vectors().section("user_srp", count: 21) {
      let challenge = try vector.object("challenge_parameters")
      let identity = SRPIdentity(
        realm: try vector.text("pool_name"), name: try challenge.text("USER_ID_FOR_SRP"))
      try check(
        vector, identity: identity, password: try bytesOfPassword(vector),
        secretBlock: try challenge.base64("SECRET_BLOCK"))
    }
  }

  @Test func `the server's half of every device vector comes out as recorded`() throws {
    for vector in try Vectors().section("device_srp", count: 8) {
      let identity = SRPIdentity(
        realm: try vector.text("device_group_key"), name: try vector.text("device_key"))
      try check(
        vector, identity: identity, password: try vector.text("device_password"),
        secretBlock: try vector.base64("secret_block_b64"))
    }
  }

  /// The password by its recorded bytes: composed and decomposed letters must stay apart.
  private func bytesOfPassword(_ vector: Vector) throws -> String {
    String(decoding: try bytes(hex: try vector.text("password_utf8_hex")), as: UTF8.self)
  }

  private func check(_ vector: Vector, identity: SRPIdentity, password: String, secretBlock: [UInt8]) throws {
    let id = Comment(rawValue: try vector.text("id"))
    let salt = try vector.bigNumber("salt_hex")
    #expect(Hex.encode(salt.signedBytes) == (try vector.text("salt_padded_hex")), id)
    #expect(try identity.x(password: password, salt: salt).hex == (try vector.text("x_hex")), id)
    let stored = try PasswordVerifier(password: password, identity: identity, salt: salt.bytes)
    #expect(stored.salt == (try vector.text("salt_hex")), id)
    #expect(stored.verifier == (try vector.text("verifier_hex")), id)
    #expect(try stored.matches(password, identity: identity), id)

    let privateKey = try bytes(number: try vector.text("b_hex"))
    let server = try #require(try SRPServer(verifier: stored.verifier, privateKey: privateKey))
    #expect(server.publicKey.hex == (try vector.text("B_hex")), id)
    let clientKey = try #require(try server.clientKey(try vector.text("A_hex")))
    #expect(Hex.encode(clientKey.signedBytes) == (try vector.text("A_padded_hex")), id)
    #expect(try server.scrambler(clientKey).hex == (try vector.text("u_hex")), id)
    #expect(try server.premaster(clientKey).hex == (try vector.text("S_hex")), id)
    #expect(Hex.encode(try server.claimKey(clientKey)) == (try vector.text("hkdf_key_hex")), id)
    let signature = try server.signature(
      clientKey, identity: identity, secretBlock: secretBlock,
      timestamp: try vector.text("timestamp"))
    #expect(Base64.encode(signature) == (try vector.text("signature_b64")), id)
  }

  @Test func `a client key that is zero modulo N, or no number, is refused`() throws {
    let server = try #require(try SRPServer(verifier: "5", privateKey: [7]))
    let prime = server.group.modulus.number.hex
    let twice = try #require(try BigNumber(hex: prime))
    for key in ["0", "00", prime, prime.uppercased(), "", "12xz", "-5", " 5", "0x5"] {
      #expect(try server.clientKey(key) == nil, "\(key.prefix(8))")
    }
    #expect(try server.clientKey(try server.group.modulus.power(twice, server.privateKey).hex) == nil)
    #expect(try server.clientKey("5") != nil)
  }
}
