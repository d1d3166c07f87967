internal import Logging
internal import SessionModel
internal import SessionStore

/// The agent's beginning and end.
extension Agent {
  /// Opens the keystore by the sources that need nobody, and takes its sessions into service.
  func openKeystore() async {
    await takeIn(await parts.keystore.openAtStart())
    let state = keystoreStatus.state.rawValue
    parts.logger.info("keystore", metadata: ["state": "\(state)", "sessions": "\(summaries.count)"])
    if let why = keystoreStatus.lastError { parts.logger.warning("keystore", metadata: ["why": "\(why)"]) }
  }

  /// Gives up logins, lets a refresh under way become durable within its bounds, closes the store.
  func stop() async {
    giveUpLogins()
    let deadline = now.boot.adding(milliseconds: 3000)
    isLocking = true
    fileRetry = nil
    await waitWhileBusy(until: deadline)
    await finishRemovals()
    parts.timer.arm(at: nil)
    await parts.keystore.close()
    sessions.removeAll()
    logins.removeAll()
    parts.logger.info("stopped")
  }
}
