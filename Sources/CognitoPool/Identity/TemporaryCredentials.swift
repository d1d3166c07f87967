/// A role that an identity has taken on for a while.
struct AssumedRole: Codable, Sendable, Equatable {
  let arn: String
  let session: String
  let identityID: String
  let expiresAt: Seconds

  /// `arn:aws:iam::ACCOUNT:role/PATH/NAME` apart.
  var account: String {
    arn.split(separator: ":", omittingEmptySubsequences: false).dropFirst(4).first.map(String.init) ?? ""
  }
  var name: String { arn.split(separator: "/").last.map(String.init) ?? arn }

  /// Who one is with its credentials.
  var userARN: String { "arn:aws:sts::\(account):assumed-role/\(name)/\(session)" }
}

/// Makes temporary credentials and knows them again: the token says whose they are, the rest follows from a key.
struct TemporaryCredentials: Sendable {
  /// Of every access key id made here, so that none is taken for one of AWS's.
  static let prefix = "ASIALOCALPOOL"

  private let key: [UInt8]

  init(_ authority: Authority) { key = [UInt8](authority.credentialKey.utf8) }

  struct Made: Sendable {
    let id: String
    let secret: String
    let token: String
    let role: AssumedRole
  }

  func make(_ role: AssumedRole, random: any RandomSource) throws -> Made {
    let id = Self.prefix + random.letters(7, of: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    let body = Base64URL.encode([UInt8](try JSON(encoding: role).encodedText().utf8))
    let seal = Base64URL.encode(try hmac("token", id + body))
    return Made(id: id, secret: try secret(id), token: "localpool.\(body).\(seal)", role: role)
  }

  /// The role of an id and token that were made here, and the secret that goes with them.
  func open(id: String, token: String) throws -> Made? {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard id.hasPrefix(Self.prefix), parts.count == 3, parts[0] == "localpool",
      Digest.equal(parts[2], Base64URL.encode(try hmac("token", id + parts[1]))),
      let body = Base64URL.decode(parts[1]), let role: AssumedRole = try? JSON(parsing: body).decoded()
    else { return nil }
    return Made(id: id, secret: try secret(id), token: token, role: role)
  }

  private func secret(_ id: String) throws -> String { String(Base64.encode(try hmac("secret", id)).prefix(40)) }

  private func hmac(_ use: String, _ text: String) throws -> [UInt8] {
    try Digest.hmacSHA256(key: key, [UInt8]("\(use):\(text)".utf8))
  }
}
