import SessionAPI
import SessionModel

/// What is said of profiles whose `[access]` is read but not held to yet, so that nobody relies on it.
enum AccessNotice {
  /// The sentence for each such profile.
  static func sentences(_ profiles: [ProfileDocument]) -> [String] {
    profiles.filter { $0.access != nil }.compactMap(\.name).map { name in
      "Profile \(name): [access] is not enforced yet; every program of yours gets its tokens."
    }
  }

  /// Says it on standard error.
  static func show(_ profiles: [ProfileDocument]) {
    for sentence in sentences(profiles) { Output.error("agentctl: " + sentence) }
  }
}
