import SessionCrypto
import SessionModel
import Testing
import WireJSON

@testable import AuthFlows

@Suite("SRP")
struct SRPVectorTests {
  @Test("the constants are those of the reference")
  func constants() throws {
    let constants = try #require(try Fixture.json("srp-vectors.json")["constants"])
    #expect(SRPGroup.prime == SRPHex.bytes(constants["N_hex"]?.string ?? ""))
    #expect(SRPHex.minimal(try SRPGroup.generator().bigEndian()) == constants["g_hex"]?.string)
    #expect(SRPHex.minimal(try SRPGroup.multiplier().bigEndian()) == constants["k_hex"]?.string)
  }

  @Test("no vector is left out")
  func complete() throws {
    let file = try #require(try Fixture.json("srp-vectors.json").object)
    // PKCE and TOTP belong to the hosted UI and to the pool.
    #expect(
      Set(file.map(\.name)) == [
        "header", "constants", "user_srp", "device_srp", "reject", "secret_hash", "timestamps", "pkce", "totp", "sigv4",
      ])
    #expect(Vectors.signatures.count == 2)
    #expect(Vectors.users.count == 21)
    #expect(Vectors.devices.count == 8)
    #expect(Vectors.secretHashes.count == 6)
    #expect(Vectors.timestamps.count == 8)
    #expect(Vectors.rejects.count == 7)
  }

  @Test("each step of a user's exchange is that of the vector", arguments: Vectors.users)
  func user(_ vector: SRPVector) throws {
    try check(vector, realm: vector.text("pool_name"), identity: vector.text("user_id_for_srp"), "password")
  }

  @Test("each step of a device's exchange is that of the vector", arguments: Vectors.devices)
  func device(_ vector: SRPVector) throws {
    try check(vector, realm: vector.text("device_group_key"), identity: vector.text("device_key"), "device_password")
  }

  @Test("what a pool is given to know a device by is that of the vector", arguments: Vectors.devices)
  func deviceVerifier(_ vector: SRPVector) throws {
    let device = RememberedDevice(
      key: vector.text("device_key"), groupKey: vector.text("device_group_key"),
      password: Secret(copyingUTF8: vector.text("device_password")))
    let verifier = try DeviceVerifier(device, salt: vector.bytes("salt_hex"))
    #expect(verifier.passwordVerifier == vector.json["confirm_device"]?["PasswordVerifier"]?.string)
    #expect(verifier.salt == vector.json["confirm_device"]?["Salt"]?.string)
  }

  private func check(_ vector: SRPVector, realm: String, identity: String, _ password: String) throws {
    let keys = try SRPKeyPair(secret: vector.bytes("a_hex"))
    #expect(keys.wire == vector.text("A_hex"))
    #expect(SRPHex.padded(keys.publicValue) == vector.bytes("A_padded_hex"))
    let challenge = try SRPChallenge(parameters: vector.parameters)
    #expect(SRPHex.padded(challenge.salt) == vector.bytes("salt_padded_hex"))
    let exchange = SRPExchange(realm: realm, identity: identity, keys: keys)
    let password = Secret(copyingUTF8: vector.text(password))
    let u = try exchange.scrambler(serverValue: challenge.serverValue)
    #expect(SRPHex.padded(u) == vector.bytes("u_padded_hex"))
    let x = try SRPExchange.privateKey(
      realm: realm, identity: identity, password: password, salt: challenge.salt)
    #expect(x == vector.bytes("x_bytes_hex"))
    let shared = try exchange.sharedSecret(serverValue: challenge.serverValue, scrambler: u, privateKey: x)
    #expect(SRPHex.padded(shared) == vector.bytes("S_padded_hex"))
    #expect(try exchange.sharedKey(password: password, challenge: challenge) == vector.bytes("hkdf_key_hex"))
    let timestamp = vector.time.passwordClaim
    #expect(timestamp == vector.text("timestamp"))
    let claim = try exchange.claim(password: password, challenge: challenge, timestamp: timestamp)
    #expect(claim.revealString() == vector.text("signature_b64"))
  }

  @Test("a value that would give the password away, or is none, gets no proof", arguments: Vectors.rejects)
  func reject(_ json: JSONValue) throws {
    let vector = try #require(Vectors.users.first)
    let changes = json.strings.filter { ["SRP_B", "SALT", "SECRET_BLOCK"].contains($0.key) }
    try #require(changes.count == 1)
    let parameters = vector.parameters.merging(changes) { $1 }
    let error = #expect(throws: SRPError.self) { try SRPChallenge(parameters: parameters) }
    let expected = try #require(json["expect"]?.string)
    if expected.hasPrefix("abort before sending a proof") {
      #expect(error == .serverValueIsZero)
    } else {
      #expect(expected == "malformed server response")
      #expect(error == changes.keys.first.map(SRPError.malformed))
    }
  }

  @Test("the secret hash is the vector's", arguments: Vectors.secretHashes)
  func secretHash(_ json: JSONValue) throws {
    let vector = json.strings
    let hash = try SecretHash.make(
      name: vector["username"] ?? "", clientID: vector["client_id"] ?? "",
      clientSecret: Secret(copyingUTF8: vector["client_secret"] ?? ""))
    #expect(hash.revealString() == vector["secret_hash"])
  }

  @Test("the claim's timestamp is the vector's", arguments: Vectors.timestamps)
  func timestamp(_ vector: JSONValue) throws {
    let epoch = try #require(vector["epoch"]?.integer)
    #expect(Timestamp(seconds: epoch).passwordClaim == vector["timestamp"]?.string)
  }

  @Test("each attempt draws a new a of 256 bits")
  func fresh() throws {
    let keys = try SRPKeyPair(random: FixedRandom())
    #expect(keys.secret.count == 32)
    #expect(keys.secret == Secret(copying: [UInt8](repeating: 0x5A, count: 32)))
  }

  @Test("an a of zero, which gives A = 1, is the smallest that is computed; no A is ever zero")
  func smallest() throws {
    #expect(try SRPKeyPair(secret: Secret(copying: [UInt8(0)])).wire == "1")
  }
}
