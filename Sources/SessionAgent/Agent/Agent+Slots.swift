internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import SessionAPI
internal import SessionModel
internal import SessionStore
internal import WireJSON

/// The ways into the keystore, its key, and a copy of it.
extension Agent {
  func postRekey(_ request: Request) throws -> Reply {
    try request.allowOnly()
    let given = try request.rekeyWish()
    return .later {
      let document = try await self.change { (store) throws(StoreError) in
        try await store.rekey(passphrase: given.passphrase, pin: given.pin)
      }
      await self.say("the keystore has a new key")
      return .json(document.json)
    }
  }

  func putSlot(_ request: Request, _ source: String) throws -> Reply {
    try request.allowOnly()
    let slot = try request.slot(try Agent.source(source))
    return .later {
      let document = try await self.change { (store) throws(StoreError) in try await store.addSlot(slot) }
      await self.say("a slot was added", slot.source)
      return .json(document.json)
    }
  }

  func deleteSlot(_ request: Request, _ source: String) throws -> Reply {
    try request.allowOnly()
    let name = try Agent.source(source)
    return .later {
      let document = try await self.change { (store) throws(StoreError) in try await store.removeSlot(name) }
      await self.say("a slot was removed", name)
      return .json(document.json)
    }
  }

  func getBackup(_ request: Request) throws -> Reply {
    try request.allowOnly()
    return .later {
      Response(
        status: .ok, contentType: "application/vnd.sqlite3", body: ByteBuffer(bytes: try await self.backup()),
        closes: true)
    }
  }

  private func backup() async throws -> [UInt8] {
    do throws(StoreError) {
      return try await parts.keystore.backup()
    } catch {
      throw problem(error)
    }
  }

  /// Has the open store changed, and says how it stands after.
  private func change(
    _ body: @Sendable (Keystore) async throws(StoreError) -> KeystoreStatus
  ) async throws -> KeystoreDocument {
    guard keystoreStatus.state == .unlocked, !isLocking else { throw lockedProblem(nil) }
    do throws(StoreError) {
      let status = try await body(parts.keystore)
      if keystoreStatus.state == .unlocked { keystoreStatus = status }
    } catch {
      throw problem(error)
    }
    return keystoreDocument
  }

  private func say(_ what: String, _ source: KeySourceName? = nil) {
    parts.logger.info("keystore", metadata: ["what": "\(what)", "source": "\(source?.rawValue ?? "all")"])
  }

  private static func source(_ text: String) throws -> KeySourceName {
    if let source = KeySourceName(rawValue: text) { return source }
    let all = KeySourceName.allCases.map(\.rawValue).joined(separator: ", ")
    throw Problem(.invalidRequest, "The slot in the path must be one of: \(all).")
  }
}
