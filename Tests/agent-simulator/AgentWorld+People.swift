import NIOHTTP1
import SessionModel
import Simulation

/// People and programs.
extension AgentWorld {
  func name(_ session: Int) -> String { "s\(session)" }

  private func view(_ session: Int) -> SessionView? {
    guard let life, life.isServing, let agent = life.agent else { return nil }
    return agent.assumeIsolated { $0.view }.first { $0.name == name(session) }
  }

  /// Programs that want a token, some of which lose patience.
  func burst(_ session: Int) {
    guard !isCalm else { return }
    let patience = stage.random.pick([60_000, 600_000, 7_200_000] as [Int64])
    stage.plan(milliseconds: stage.random.from(1...patience)) { self.burst(session) }
    for _ in 0..<stage.random.pick([1, 2, 10]) {
      let minimum = stage.random.pick([0, 0, 0, 60, 10_000])
      let type = stage.random.pick(["access", "access", "id"])
      let target = "/v1/sessions/\(name(session))/token?type=\(type)&min_ttl=\(minimum)"
      let giveUp = life?.ask(.GET, target) { status, body, atOnce in
        if status == 200 { self.check(token: body, of: self.name(session), atOnce: atOnce) }
        if status == 500 { self.found("a request for a token is answered 500: \(body)") }
      }
      if stage.random.oneIn(3), let giveUp { stage.plan(milliseconds: stage.random.from(0...3000)) { giveUp() } }
    }
  }

  /// A token that was handed out.
  func check(token body: String, of session: String, atOnce: Bool) {
    guard let answer = try? JSONText.object(body), let token = answer.token, let generation = answer.generation,
      let expiry = pool.expiry(of: token)
    else { return found("the answer to a request for a token is none: \(body.prefix(200))") }
    found(watch.serves(session, generation, endsAt: Int64(expiry) * 1000, atOnce: atOnce, at: time))
  }

  /// A person signs in or out, asks for a refresh, locks the store, or an administrator acts.
  func person(_ session: Int) {
    guard !isCalm else { return }
    stage.plan(milliseconds: stage.random.pick([20_000, 1_200_000, 14_400_000])) { self.person(session) }
    guard let life, life.isServing else { return }
    guard let seen = view(session) else { return signIn(session, replacing: nil) }
    switch stage.random.from(0...9) {
    case 0: signOut(session, seen)
    case 1: signIn(session, replacing: seen)
    case 2...5:
      // One that meets an attempt under way makes its own once that one has failed, as long as it waits.
      let meetsOne = if case .attempting = seen.phase { true } else { false }
      watch.mayBegin(at: time, within: meetsOne ? 15_200 : 200)
      life.ask(.POST, "/v1/sessions/\(name(session))/refresh") { _, _, _ in }
    case 6 where stage.random.oneIn(4): pool.grant(of: seen.refreshToken).map { pool.revoke($0) }
    case 7 where stage.random.oneIn(3): lock()
    default: if case .ended = seen.phase { signIn(session, replacing: seen) }
    }
  }

  private func signIn(_ session: Int, replacing old: SessionView?) {
    guard let life else { return }
    let body = """
      {"profile":"\(name(session))","flow":"password","username":"\(SimulatedPool.user(session))"}
      """
    life.ask(.POST, "/v1/logins", body) { status, text, _ in
      guard status == 201, let login = try? JSONText.object(text), let id = login.id, let step = login.step,
        step.kind == "password"
      else { return }
      self.watch.mayBegin(at: self.time, within: 10_000)
      let answer = #"{"step":\#(step.number),"value":"\#(SimulatedPool.password)"}"#
      life.ask(.POST, "/v1/logins/\(id)/answer", answer) { _, text, _ in
        guard let done = try? JSONText.object(text), done.step?.kind == "done", let old else { return }
        self.watch.signedOut(old, grant: self.pool.grant(of: old.refreshToken))
      }
    }
  }

  private func signOut(_ session: Int, _ seen: SessionView) {
    isDelicateUntil = stage.time + 30_000
    life?.ask(.DELETE, "/v1/sessions/\(name(session))") { status, _, _ in
      if status == 200 { self.watch.signedOut(seen, grant: self.pool.grant(of: seen.refreshToken)) }
    }
  }

  private func lock() {
    let life = life
    life?.ask(.POST, "/v1/lock") { _, _, _ in
      self.stage.plan(milliseconds: self.stage.random.from(1000...600_000)) {
        self.watch.beganAnew()
        life?.ask(.POST, "/v1/unlock", "{}") { _, _, _ in }
      }
    }
  }
}
