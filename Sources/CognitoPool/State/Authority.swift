/// What the pool makes temporary credentials and identity tokens with.
struct Authority: Codable, Sendable, Equatable {
  /// Hexadecimal; temporary credentials are derived from it, so none has to be remembered.
  let credentialKey: String
  /// Made when the first identity token is.
  private(set) var tokenKeys: PoolKeys?

  init(random: any RandomSource) { credentialKey = Hex.encode(random.bytes(32)) }

  /// The keys of identity tokens.
  mutating func keys(_ make: () throws -> PoolKeys) throws -> PoolKeys {
    if let tokenKeys { return tokenKeys }
    let made = try make()
    tokenKeys = made
    return made
  }
}
