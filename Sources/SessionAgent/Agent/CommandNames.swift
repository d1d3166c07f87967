internal import SessionAPI
internal import SessionModel

/// What the commands that a message recommends are about. What talks to providers knows neither session nor profile,
/// and names a command barely ("agentctl account confirm"), as the last words of a sentence or before a comma; here it
/// becomes one that can be run as it stands.
struct CommandNames {
  let profile: ProfileName
  let session: SessionName
  /// The account's name, where known.
  var username: String?
  /// The profile as it is.
  var document: ProfileDocument?

  /// The text with whole commands.
  func completing(_ text: String) -> String {
    commands.reduce(text) { CommandNames.completing($0, $1.bare, $1.whole) }
  }

  private var commands: [(bare: String, whole: String)] {
    let login = Agent.loginCommand(profile, session)
    let account = [profile.rawValue, "--username", username ?? "NAME"]
    let addition = document.flatMap(ProfileAddition.command) ?? ProfileAddition.command(pool: "POOL", of: profile)
    let mfa = "agentctl account mfa"
    let aboutSession = ["refresh", "account devices", "account passkeys"].map {
      (bare: "agentctl \($0)", whole: "agentctl \($0) \(session)")
    }
    let aboutAccount = ["confirm", "forgot-password"].map {
      (bare: "agentctl account \($0)", whole: ShellWord.command(["agentctl", "account", $0] + account))
    }
    return [
      (bare: mfa + " --enroll-totp", whole: "\(mfa) \(session) --enroll-totp"),
      (bare: "agentctl login", whole: login),
      (bare: "agentctl profile add", whole: addition + " --client-secret-file FILE"),
    ]
      + aboutSession + aboutAccount
  }

  /// Completes each place where the bare command ends. A full stop at the very end would look like a part of the
  /// command.
  private static func completing(_ text: String, _ bare: String, _ whole: String) -> String {
    var (done, rest) = ("", text[...])
    while let found = rest.firstRange(of: bare) {
      done += rest[..<found.lowerBound]
      rest = rest[found.upperBound...]
      let ends = rest.isEmpty || rest == "." || [", ", ". ", ")"].contains(where: rest.hasPrefix)
      done += ends ? whole : bare
    }
    done += rest
    return done.hasSuffix(whole + ".") ? String(done.dropLast()) : done
  }
}

extension Problem {
  /// With commands that can be run as they stand.
  func naming(_ names: CommandNames) -> Problem {
    var problem = self
    problem.detail = names.completing(detail)
    return problem
  }
}

extension AnswerRefused {
  /// With commands that can be run as they stand.
  func naming(_ names: CommandNames) -> AnswerRefused {
    var refused = self
    refused.message = names.completing(message)
    return refused
  }
}

extension Agent {
  /// What messages about a profile's or a session's account name.
  func names(_ profile: ProfileName, _ session: SessionName, username: String? = nil) -> CommandNames {
    var document = profiles[profile]
    document?.name = profile
    return CommandNames(profile: profile, session: session, username: username, document: document)
  }

  /// The same for a session that there is.
  func names(_ record: SessionRecord) -> CommandNames {
    names(record.profile, record.name, username: record.identity.username)
  }
}
