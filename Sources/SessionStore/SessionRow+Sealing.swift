internal import SessionCrypto
internal import SessionModel

extension SessionRow {
  /// Seals a record, each secret from its guarded memory.
  init(sealing record: SessionRecord, with sealer: Sealer) throws {
    name = record.name.rawValue
    id = record.id
    profile = record.profile.rawValue
    provider = record.provider
    issuer = record.binding.issuer
    clientID = record.binding.clientID
    generation = record.generation.rawValue
    sealed = [:]
    let values: [Column: Secret?] = [
      .details: SessionDetails(record).encoded,
      .accessToken: record.tokens.access.value,
      .accessClaims: record.tokens.access.claims.map { Secret(copying: $0) },
      .idToken: record.tokens.id?.value,
      .idClaims: record.tokens.id?.claims.map { Secret(copying: $0) },
      .refreshToken: record.tokens.refreshToken,
      .revocation: record.tokens.refreshToken.map {
        RevocationPayload(binding: record.binding, refreshToken: $0).encoded
      },
    ]
    for (column, value) in values {
      guard let value else { continue }
      sealed[column] = try sealer.seal(value, context(column))
    }
  }

  /// The record; throws the column's name where one does not open or does not fit the others.
  func open(with sealer: Sealer) throws(Mismatch) -> SessionRecord {
    guard let name = SessionName(name), let profile = ProfileName(profile) else { throw Mismatch(column: "name") }
    guard let encoded = try secret(.details, sealer), let details = SessionDetails(encoded) else {
      throw Mismatch(column: Column.details.rawValue)
    }
    let record = SessionRecord(
      name: name, id: id, profile: profile, provider: provider, identity: details.identity,
      binding: details.binding(issuer: issuer, clientID: clientID), generation: Generation(generation),
      tokens: try tokens(details, sealer), anchor: details.anchor, signedInAt: details.signedInAt,
      lastRefreshAt: details.lastRefreshAt, refreshIntent: details.refreshIntent,
      signInRequired: details.signInRequired, rotates: details.rotates, deviceKey: details.deviceKey)
    let payload = try secret(.revocation, sealer).flatMap { RevocationPayload($0) }
    let isWhole = (payload != nil) == (sealed[.revocation] != nil)
    guard isWhole, payload?.refreshToken == record.tokens.refreshToken,
      payload.map({ $0.binding == record.binding }) ?? true
    else { throw Mismatch(column: Column.revocation.rawValue) }
    return record
  }

  private func tokens(_ details: SessionDetails, _ sealer: Sealer) throws(Mismatch) -> TokenSet {
    guard
      let access = details.access.token(try secret(.accessToken, sealer), try secret(.accessClaims, sealer))
    else { throw Mismatch(column: Column.accessToken.rawValue) }
    let (idValue, idClaims) = (try secret(.idToken, sealer), try secret(.idClaims, sealer))
    let id = details.id?.token(idValue, idClaims)
    guard (details.id != nil) == (id != nil), id != nil || (idValue == nil && idClaims == nil) else {
      throw Mismatch(column: Column.idToken.rawValue)
    }
    let refreshToken = try secret(.refreshToken, sealer)
    guard details.hasRefreshToken == (refreshToken != nil) else { throw Mismatch(column: Column.refreshToken.rawValue) }
    return TokenSet(access: access, id: id, refreshToken: refreshToken)
  }

  private func secret(_ column: Column, _ sealer: Sealer) throws(Mismatch) -> Secret? {
    guard let value = sealed[column] else { return nil }
    do { return try sealer.open(value, context(column)) } catch { throw Mismatch(column: column.rawValue) }
  }

  /// A column that is not what was stored.
  struct Mismatch: Error {
    let column: String
    /// What it means, in a sentence.
    var sentence: String {
      "Its stored \(column) does not open: the row was changed, moved or damaged outside the agent."
    }
  }
}
