/// What a look at all of the store found. Holds no secret.
public struct StoreCheck: Hashable, Sendable {
  /// Something that is wrong.
  public struct Finding: Hashable, Sendable {
    /// What it is about: the file, or a row in words.
    public var subject: String
    /// What is so; then what to do.
    public var detail: String
  }

  /// How many rows were held against the manifest and opened; nil while that can't be done, for the store is closed.
  public var rows: Int?
  /// What is wrong, the file first.
  public var findings: [Finding] = []

  /// One that found nothing.
  public init(rows: Int? = nil) { self.rows = rows }
}
