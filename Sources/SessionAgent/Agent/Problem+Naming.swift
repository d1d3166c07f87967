internal import SessionModel

extension Problem {
  /// With commands that can be run as they stand: what talks to providers knows neither session nor profile.
  func naming(_ profile: ProfileName, _ session: SessionName) -> Problem {
    let commands = [
      ("agentctl login", Agent.loginCommand(profile, session)), ("agentctl refresh", "agentctl refresh \(session)"),
      ("agentctl account devices", "agentctl account devices \(session)"),
      ("agentctl account passkeys", "agentctl account passkeys \(session)"),
    ]
    var problem = self
    for (bare, whole) in commands {
      // At the end without the full stop, which would look like part of the command.
      if problem.detail.hasSuffix(bare + ".") {
        problem.detail = String(problem.detail.dropLast(bare.count + 1)) + whole
      }
      for mark in [".", ","] {
        problem.detail = problem.detail.replacing(bare + mark + " ", with: whole + mark + " ")
      }
    }
    return problem
  }
}
