internal import Foundation
internal import GRDB
internal import SessionCrypto
internal import SessionModel

/// One wrapping of the data key.
struct Slot {
  var source: KeySourceName
  var createdAt: Timestamp
  /// What the source keeps here in clear; authenticated with the wrapping.
  var parameters: [UInt8]
  var wrapped: Data

  /// Wraps the data key.
  init(
    wrapping dataKey: Secret, by source: KeySourceName, with wrappingKey: WrappingKey, storeID: String,
    at now: Timestamp,
    random: any RandomSource
  ) throws(AESGCM.Failure) {
    self.source = source
    createdAt = now
    parameters = wrappingKey.parameters
    wrapped = Data()
    wrapped = try Sealer(key: wrappingKey.key, random: random).seal(dataKey, context(storeID: storeID))
  }

  /// The data key; throws where the key, the slot or the store is another.
  func unwrap(with wrappingKey: WrappingKey, storeID: String, random: any RandomSource) throws(AESGCM.Failure) -> Secret
  {
    try Sealer(key: wrappingKey.key, random: random).open(wrapped, context(storeID: storeID))
  }

  private func context(storeID: String) -> SealContext {
    SealContext(
      table: "slot", row: source.rawValue, column: "wrapped",
      bound: [Array(storeID.utf8), Array(String(createdAt.milliseconds).utf8), parameters])
  }
}

extension Slot {
  /// Throws where its source is none that this version knows: others may open the store.
  init(_ row: Row) throws(MalformedRow) {
    guard let source = KeySourceName(rawValue: try row.checked("source")) else { throw MalformedRow(column: "source") }
    self.source = source
    createdAt = Timestamp(milliseconds: try row.checked("created_at"))
    parameters = Array(try row.checked("parameters") as Data)
    wrapped = try row.checked("wrapped")
  }

  /// Puts it in the place of any other of its source.
  func store(_ database: Database) throws {
    try database.execute(sql: "DELETE FROM slot WHERE source = ?", arguments: [source.rawValue])
    try database.execute(
      sql: "INSERT INTO slot (source, created_at, parameters, wrapped) VALUES (?, ?, ?, ?)",
      arguments: [source.rawValue, createdAt.milliseconds, Data(parameters), wrapped])
  }
}
