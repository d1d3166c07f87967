/// What a user pool has said of passwords that it refused. A pool names one rule at a time, and tells nobody its policy
/// before; so what it said once is all that can be known before a person types.
public protocol PasswordRules: Sendable {
  /// What it has said so far, for a person; nil where nothing.
  func known() async -> String?
  /// It has said this.
  func learn(_ sentence: String) async
}
