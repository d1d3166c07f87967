public import WireJSON

/// What a look at all of the keystore found: `GET /v1/keystore/check`.
public struct KeystoreCheckDocument: WireDocument {
  /// Something that is wrong.
  public struct Finding: WireDocument {
    /// What it is about, in words.
    public var subject: String
    /// What is so; then what to do.
    public var detail: String

    /// A finding.
    public init(subject: String, detail: String) {
      self.subject = subject
      self.detail = detail
    }

    /// Reads it from JSON.
    public init(json: JSONValue) throws {
      let fields = try JSONFields(json)
      self.init(subject: try fields.string("subject"), detail: try fields.string("detail"))
    }

    /// It as JSON.
    public var json: JSONValue { ["subject": .string(subject), "detail": .string(detail)] }
  }

  /// How many rows were looked at; nil where the keystore is closed, so that only its file was.
  public var rows: Int?
  /// What is wrong.
  public var findings: [Finding]

  /// A check's result.
  public init(rows: Int?, findings: [Finding]) {
    self.rows = rows
    self.findings = findings
  }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    self.init(rows: try fields.optionalInteger("rows").map { Int($0) }, findings: try fields.documents("findings"))
  }

  /// It as JSON.
  public var json: JSONValue { ["rows": .optional(rows), "findings": .array(findings.map(\.json))] }
}
