internal import Logging
internal import SessionAPI
internal import SessionModel
internal import SessionStore

/// Looking at a store, and going on after damage to it.
extension Agent {
  func getCheck(_ request: Request) throws -> Reply {
    try request.allowOnly()
    return .later {
      let check = await self.parts.keystore.check()
      let findings = check.findings.map { KeystoreCheckDocument.Finding(subject: $0.subject, detail: $0.detail) }
      return .json(KeystoreCheckDocument(rows: check.rows, findings: findings).json)
    }
  }

  func postRecover(_ request: Request) throws -> Reply {
    try request.allowOnly()
    return .later { .json(try await self.recover().json) }
  }

  /// Sets the damaged file aside and goes on with what could be read of it, where a source opens that without a person;
  /// else the store waits for one. What an open store's sessions have in memory is newer, and stays.
  private func recover() async throws -> KeystoreDocument {
    let closed: KeystoreStatus
    do throws(StoreError) {
      closed = try await parts.keystore.recover()
    } catch {
      throw problem(error)
    }
    parts.logger.warning("a damaged keystore was set aside", metadata: ["path": "\(keystoreStatus.path)"])
    let status = await parts.keystore.openAtStart()
    if keystoreStatus.state == .unlocked, status.state == .unlocked {
      keystoreStatus = status
    } else {
      forgetSessions()
      keystoreStatus = closed
      await takeIn(status)
    }
    return keystoreDocument
  }
}
