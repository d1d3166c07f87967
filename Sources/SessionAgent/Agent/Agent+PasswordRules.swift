internal import AuthFlows
internal import Logging
internal import SessionModel
internal import SessionStore

/// What user pools have said of passwords that they refused, so that a person sees it before typing the next one. It is
/// no secret, and kept like the public keys.
extension Agent {
  /// What a profile's pool has said; nil where nothing.
  func passwordRules(of profile: ProfileName) async -> String? {
    guard let settings = cognitoSettings(of: profile) else { return nil }
    return await AgentPasswordRules(parts, settings).known()
  }
}

/// The sentences of one user pool, in the store's cache.
struct AgentPasswordRules: PasswordRules {
  private let keystore: Keystore
  private let logger: Logger
  private let key: String
  /// The most that is kept, in bytes.
  private static let longest = 1024
  /// How each sentence of Cognito's begins.
  private static let prefix = "Password did not conform with policy: "

  init(_ parts: AgentParts, _ settings: CognitoSettings) {
    keystore = parts.keystore
    logger = parts.logger
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
    do throws(StoreError) {
      try await keystore.setCache(key: key, value: Array(after.utf8))
    } catch {
      logger.debug("what the pool says of passwords could not be kept", metadata: ["error": "\(error)"])
    }
  }

  /// One rule a line: the sentences have no control characters.
  private func stored() async -> [String] {
    do throws(StoreError) {
      guard let bytes = try await keystore.cache(key: key) else { return [] }
      return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    } catch {
      logger.debug("what the pool says of passwords could not be read", metadata: ["error": "\(error)"])
      return []
    }
  }
}
