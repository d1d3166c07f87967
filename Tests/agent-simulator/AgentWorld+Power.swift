import Foundation
import SessionModel
import Simulation

@testable import SessionAgent

/// The agent's runs: it is started, killed and stopped, and the machine with it.
extension AgentWorld {
  /// A home with a profile for each session.
  func makeHome() throws -> String {
    let folder = newFolder()
    try FileManager.default.createDirectory(
      atPath: folder + "/profiles.d", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    for session in 0..<sessions {
      let profile = """
        provider = "cognito"
        user_pool_id = "\(SimulatedPool.id)"
        client_id = "\(SimulatedPool.client(session))"
        endpoint = "\(SimulatedPool.url)"
        refresh = "\(stage.random.oneIn(4) ? "on-demand" : "proactive")"
        """
      try profile.write(toFile: "\(folder)/profiles.d/s\(session).toml", atomically: true, encoding: .utf8)
    }
    return folder
  }

  private func newFolder() -> String {
    lives += 1
    return "\(root)/\(lives)"
  }

  func begin(in folder: String) throws {
    seenEvents = 0
    life = AgentLife(lives, in: folder, of: self)
    life?.begin()
  }

  /// SIGKILL, here and now: what is on the disk is all that stays.
  func crash() {
    guard let old = life, !old.isDead else { return }
    watch.beganAnew()
    let home = newFolder()
    do {
      try copy(old.folder, home)
    } catch {
      found("the disk can't be copied: \(error)")
    }
    life = nil
    old.kill()
    let wait = stage.random.pick([200, 5000, 50_000, 600_000]) as Int64
    stage.plan(milliseconds: wait) {
      do { try self.begin(in: home) } catch { self.found("\(error)") }
    }
  }

  /// The index of the log is left behind, as after a reboot.
  private func copy(_ old: String, _ new: String) throws {
    let source = plant == .diskForgets ? remembered(old) : old
    let files = FileManager.default
    try files.createDirectory(atPath: root, withIntermediateDirectories: true)
    try files.copyItem(atPath: source, toPath: new)
    try? files.removeItem(atPath: new + "/data/keystore.sqlite-shm")
  }

  /// The disk as it was a while ago, for a crash that takes the last writes with it.
  private func remembered(_ folder: String) -> String {
    let earlier = folder + ".earlier"
    return FileManager.default.fileExists(atPath: earlier) ? earlier : folder
  }

  func rememberDisk() {
    guard plant == .diskForgets, let folder = life?.folder, life?.isServing == true else { return }
    try? FileManager.default.removeItem(atPath: folder + ".earlier")
    try? FileManager.default.copyItem(atPath: folder, toPath: folder + ".earlier")
  }

  /// SIGTERM, and a start soon after.
  func restart() {
    guard let old = life, old.isServing else { return }
    watch.beganAnew()
    old.end {
      guard self.life === old else { return }
      self.stage.plan(milliseconds: 500) {
        do { try self.begin(in: old.folder) } catch { self.found("\(error)") }
      }
    }
  }

  func reboot() {
    crash()
    boots += 1
    (bootedAt, lostSleep) = (time, 0)
    // Set right or not; a clock that goes wrong while the machine is off can't be told by anybody.
    wallError = stage.random.oneIn(2) ? 0 : max(wallError, 0)
  }

  /// The machine sleeps, and is woken up: by logind's word, or by what is overdue alone.
  func sleep(milliseconds: Int64) {
    stage.stand(milliseconds: milliseconds)
    pending.restart()
    if plant == .clockStopsInSleep { lostSleep += milliseconds }
    watch.mayBegin(at: time, within: 10_700)
    guard plant != .hearsNothing, !stage.random.oneIn(3) else { return }
    life?.tell { $0.wokeUp() }
  }
}
