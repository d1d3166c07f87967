internal import AuthFlows
internal import SessionModel
internal import SessionStore

/// What user pools have said of passwords that they refused, so that a person sees it before typing the next one. It is
/// no secret, and kept like the public keys.
extension Agent {
  /// What a profile's pool has said; nil where nothing.
  func passwordRules(of profile: ProfileName) async -> String? {
    guard let settings = cognitoSettings(of: profile) else { return nil }
    return await AgentPasswordRules(keystore: parts.keystore, settings: settings).known()
  }
}

/// The sentences of one user pool, in the store's cache.
struct AgentPasswordRules: PasswordRules {
  private let keystore: Keystore
  private let key: String
  /// The most that is kept, in bytes.
  private static let longest = 1024
  /// How each sentence of Cognito's begins.
  private static let prefix = "Password did not conform with policy: "

  init(keystore: Keystore, settings: CognitoSettings) {
    self.keystore = keystore
    key = "password-rules/\(settings.serviceURL)/\(settings.userPoolID)"
  }

  func known() async -> String? {
    let rules = await stored()
    guard !rules.isEmpty else { return nil }
    return "This pool has refused passwords with: \(rules.map { "\"\($0)\"" }.joined(separator: ", "))."
  }

  func learn(_ sentence: String) async {
    let rule = sentence.hasPrefix(Self.prefix) ? String(sentence.dropFirst(Self.prefix.count)) : sentence
    let before = await stored()
    guard !before.contains(rule) else { return }
    let after = (before + [rule]).joined(separator: "\n")
    guard after.utf8.count <= Self.longest else { return }
    // That it can't be kept only means that it has to be said again.
    try? await keystore.setCache(key: key, value: Array(after.utf8))
  }

  /// One rule a line: the sentences have no control characters.
  private func stored() async -> [String] {
    guard let bytes = try? await keystore.cache(key: key) else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
