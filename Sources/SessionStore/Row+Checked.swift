internal import GRDB

/// A row that is not of its table's form.
struct MalformedRow: Error {
  let column: String
}

extension Row {
  /// The column's value; GRDB's own subscript would end the process where the type is another.
  func checked<Value: DatabaseValueConvertible>(_ column: String) throws(MalformedRow) -> Value {
    guard let value = try optional(column) as Value? else { throw MalformedRow(column: column) }
    return value
  }

  /// The column's value, or nil for NULL.
  func optional<Value: DatabaseValueConvertible>(_ column: String) throws(MalformedRow) -> Value? {
    guard let stored = self[column] as DatabaseValue? else { throw MalformedRow(column: column) }
    if stored.isNull { return nil }
    guard let value = Value.fromDatabaseValue(stored) else { throw MalformedRow(column: column) }
    return value
  }
}
