internal import SessionAPI
internal import SessionModel
internal import SessionStore
internal import WireJSON

/// What a changed profile means for the sessions under it.
extension Agent {
  /// Tells everybody, and each session of that profile.
  func profileDidChange(_ name: ProfileName) {
    if hasReadProfiles { publish(.profileChanged, session: nil, [JSONMember("profile", .string(name.rawValue))]) }
    for session in sessions.all where session.record.profile == name {
      feed(.policyChanged(refreshPolicy(of: name)), to: session)
      checkProfile(of: session)
    }
  }

  /// A session keeps to where it was signed in; a profile that names another place blocks it (SECURITY 1).
  func checkProfile(of session: LiveSession) {
    let record = session.record
    if let settings = cognitoSettings(of: record.profile), settings.fits(record.binding) {
      return feed(.profileMismatch(nil), to: session)
    }
    let problem =
      profileProblems[record.profile] ?? missingFile(of: record)
      ?? Problem(
        .badConfiguration,
        "Profile \(record.profile) is not the one that session \(record.name) was signed in with. "
          + "Restore it, or run: \(Agent.loginCommand(record.profile, record.name))",
        reason: SessionReason.profileChanged.rawValue, session: record.name)
    note(problem, in: session)
    feed(.profileMismatch(problem), to: session)
  }

  private func missingFile(of record: SessionRecord) -> Problem? {
    guard profiles[record.profile] == nil else { return nil }
    let isAtAWS = record.binding.serviceURL.hasSuffix(".amazonaws.com")
    return Problem(
      .badConfiguration,
      "The file of profile \(record.profile), which session \(record.name) was signed in with, is gone. "
        + "Restore it, or make it anew: "
        + ProfileAddition.command(
          pool: record.binding.userPoolID ?? "POOL", client: record.binding.clientID,
          endpoint: isAtAWS ? nil : record.binding.serviceURL, caFile: record.binding.caFile, of: record.profile),
      reason: SessionReason.profileChanged.rawValue, session: record.name)
  }

  /// A file that went while its session lives: that goes on by what it said, until the agent is started anew.
  func vanishedFile(of record: SessionRecord) -> Problem? {
    guard var document = profiles[record.profile], !parts.profileFolder.has(record.profile) else { return nil }
    document.name = record.profile
    let command = ProfileAddition.command(document).map { ", or make it anew: \($0)" } ?? "."
    return Problem(
      .badConfiguration,
      "The file of profile \(record.profile) is gone. Session \(record.name) goes on by what it said until the agent "
        + "is started anew. Restore it\(command)", session: record.name)
  }
}

extension CognitoSettings {
  /// Whether a session bound there was signed in through these settings.
  fileprivate func fits(_ binding: SessionBinding) -> Bool {
    binding.userPoolID == userPoolID && binding.clientID == clientID && binding.serviceURL == serviceURL
      && issuers.contains(binding.issuer)
  }
}
