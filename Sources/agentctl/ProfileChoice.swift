import SessionAPI
import SessionAgentClient
import SessionModel

/// Which profile a command is about that needs nobody signed in.
struct ProfileChoice {
  private let client: SessionAgentClient
  private let profiles: [ProfileDocument]
  private let environment: Environment

  init(_ client: SessionAgentClient, _ profiles: [ProfileDocument], _ environment: Environment = .process) {
    self.client = client
    self.profiles = profiles
    self.environment = environment
  }

  /// The profile of that name, or of the session of that name; left out, the default session's or the only one.
  func resolve(_ given: String?) throws -> (profile: ProfileName, session: SessionName) {
    let names = profiles.filter { $0.error == nil }.compactMap(\.name)
    if let text = given ?? environment["SESSION_AGENT_SESSION"] { return try named(text, names) }
    guard let only = names.first else {
      throw profiles.compactMap(\.error).first.map(ProfileChoice.badFile) ?? SessionChoice.nobody(profiles: [])
    }
    guard names.count == 1 else {
      throw CommandFailure.usage(
        "There are several profiles: \(names.map(\.rawValue).joined(separator: ", ")). Name one.")
    }
    return (only, only)
  }

  private func named(_ text: String, _ names: [ProfileName]) throws -> (profile: ProfileName, session: SessionName) {
    guard let name = Name(text) else {
      throw ProfileChoice.isProvider(text) ? ProfileChoice.unknown(text) : SessionChoice.noName(text)
    }
    if names.contains(name) { return (name, name) }
    if let session = try client.sessions().first(where: { $0.name == name }) { return (session.profile, name) }
    // Asked for by name, the agent says what is wrong with a bad file.
    do throws(ClientError) {
      _ = try client.profile(name)
      return (name, name)
    } catch {
      throw error.problem?.code == .notFound ? ProfileChoice.unknown(text) : CommandFailure(error)
    }
  }

  /// The profile's file can't be used.
  static func badFile(_ error: String) -> CommandFailure { CommandFailure(Problem(.badConfiguration, error)) }

  private static func unknown(_ target: String) -> CommandFailure {
    guard !isProvider(target) else {
      return .usage("Which client of \(target)? Run: agentctl login \(target) --client-id CLIENT")
    }
    return CommandFailure(Problem(.notFound, "There is no profile \"\(target)\". See: agentctl profile list"))
  }

  /// Whether it looks like an issuer's address or a user pool's id (`us-east-1_AbCdEfGhI`).
  static func isProvider(_ target: String) -> Bool {
    if target.contains("://") { return true }
    let parts = target.split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[1].isEmpty, parts[1].allSatisfy({ $0.isLetter || $0.isNumber }) else { return false }
    let region = parts[0].split(separator: "-", omittingEmptySubsequences: false)
    return region.count >= 3 && region.last.flatMap { Int($0) } != nil
  }
}
