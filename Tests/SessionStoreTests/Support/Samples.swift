import SessionModel
import SessionStore
import Testing

/// Names, records and orders to store.
enum Samples {
  static func name(_ text: String) throws -> Name { try #require(Name(text)) }

  /// A session's record; every secret in it contains `mark`.
  static func record(_ name: String = "work", generation: Int64 = 1, mark: String = "sample") throws -> SessionRecord {
    SessionRecord(
      name: try Samples.name(name), id: SystemRandom().hexadecimal(bytes: 16),
      profile: try Samples.name("profile-\(name)"),
      provider: "cognito",
      identity: Identity(
        issuer: "https://idp.example/\(name)", subject: "sub-\(name)", username: "user-\(name)",
        scopes: ["openid", "email"]),
      binding: binding(name), generation: Generation(generation), tokens: tokens(generation, mark: mark),
      signedInAt: Timestamp(seconds: 1_790_000_000))
  }

  static func binding(_ name: String) -> SessionBinding {
    SessionBinding(
      issuer: "https://idp.example/\(name)", tokenEndpoint: "https://idp.example/\(name)/token",
      revocationEndpoint: "https://idp.example/\(name)/revoke", clientID: "client-\(name)", userPoolID: "eu-west-1_abc",
      caFile: nil)
  }

  static func tokens(_ generation: Int64, mark: String = "sample") -> TokenSet {
    TokenSet(
      access: token("access-\(mark)-\(generation)"), id: token("id-\(mark)-\(generation)"),
      refreshToken: Secret(copyingUTF8: "refresh-\(mark)-\(generation)"))
  }

  static func token(_ value: String) -> Token {
    Token(
      value: Secret(copyingUTF8: value), issuedAt: Timestamp(seconds: 1_790_000_000),
      expiresAt: Timestamp(seconds: 1_790_003_600), claims: Array(#"{"sub":"claims-of-\#(value)"}"#.utf8))
  }

  /// The order that follows from signing a record out.
  static func order(_ record: SessionRecord) throws -> RevocationOrder {
    RevocationOrder(
      id: SystemRandom().hexadecimal(bytes: 16), session: record.name, profile: record.profile, binding: record.binding,
      refreshToken: try #require(record.tokens.refreshToken), createdAt: Timestamp(seconds: 1_790_000_100),
      givesUpAt: Timestamp(seconds: 1_792_000_000))
  }

  static func ticket(createdAt seconds: Int64 = 1_790_000_100) -> RevocationTicket {
    RevocationTicket(
      id: SystemRandom().hexadecimal(bytes: 16), createdAt: Timestamp(seconds: seconds),
      givesUpAt: Timestamp(seconds: seconds + 2_592_000))
  }
}
