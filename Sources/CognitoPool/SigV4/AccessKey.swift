/// An AWS access key that requests may be signed with.
struct AccessKey: Sendable, Equatable {
  let id: String
  let secret: String
  /// What temporary credentials carry along.
  var sessionToken: String?

  /// The administrator's key of every local pool: the pair of AWS's own documentation, which no scanner takes
  /// for a real one.
  static let development = AccessKey(
    id: "AKIAIOSFODNN7EXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
}
