internal import SessionModel

/// What a sealed value is bound to: it opens at this place only. Each field is written with its length, so that no two
/// contexts share an encoding.
struct SealContext {
  /// The sealed format's version.
  static let version = 1

  let bytes: [UInt8]

  init(table: String, row: String, column: String, bound: [[UInt8]]) {
    let place = ["session-agent", String(Self.version), table, row, column].map { Array($0.utf8) }
    bytes = (place + bound).reduce(into: []) { output, field in
      output.append(contentsOf: field.count.bigEndianBytes)
      output.append(contentsOf: field)
    }
  }

  init(table: String, row: String, column: String, bound: [String]) {
    self.init(table: table, row: row, column: column, bound: bound.map { Array($0.utf8) })
  }
}

extension Int {
  /// The low 32 bits, most significant byte first.
  var bigEndianBytes: [UInt8] { withUnsafeBytes(of: UInt32(truncatingIfNeeded: self).bigEndian) { Array($0) } }
}
