import Foundation
import GRDB
import Glibc
import SessionCrypto
import SessionModel
import SessionStore
import Testing

/// A real store in a folder of its own, opened by a keyfile unless the test says otherwise.
struct TestStore {
  let folder: TemporaryFolder
  let clock = TestClock()
  var path: String { "\(folder.path)/data/keystore.sqlite" }
  var witnessPath: String { "\(folder.path)/state/keystore.witness" }
  var keyfilePath: String { "\(folder.path)/keyfile" }

  /// Files that tests need, and stores of earlier versions.
  static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures").path

  /// Puts a store that an earlier version made in its place, from its dump; the dump's first line has the keyfile.
  func put(fixture: String) throws {
    mkdir("\(folder.path)/data", 0o700)
    let dump = try String(contentsOfFile: "\(Self.fixtures)/\(fixture).sql", encoding: .utf8)
    let digits = Array(try #require(dump.split(separator: "\n").first?.split(separator: " ").last))
    let key = stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) }
    try Data(key).write(to: URL(fileURLWithPath: keyfilePath))
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA journal_mode = WAL")
      try database.execute(sql: dump)
    }
    try queue.close()
    for file in [path, keyfilePath] { chmod(file, 0o600) }
  }

  init() throws { folder = try TemporaryFolder() }

  var keyfile: KeyfileKeySource { KeyfileKeySource(path: keyfilePath, random: SystemRandom()) }

  /// A passphrase at the least cost that is accepted, so that the tests of other things are quick.
  static var passphrase: PassphraseKeySource {
    PassphraseKeySource(random: SystemRandom(), cost: Scrypt.Parameters(n: 1 << 15, r: 8, p: 1) ?? .standard)
  }

  func open(_ sources: [any KeySource]? = nil, choice: KeySourceChoice = .only(.keyfile)) async throws -> Keystore {
    try await Keystore.open(
      path: path, sources: sources ?? [keyfile], choice: choice, witness: witnessPath, clock: clock,
      random: SystemRandom())
  }

  /// Opened by the keyfile, or made with it.
  func unlocked() async throws -> Keystore {
    let store = try await open()
    try await store.unlock(passphrase: nil)
    return store
  }

  /// Opens, does something, closes: an agent's life.
  func withUnlocked<Result: Sendable>(_ body: (Keystore) async throws -> Result) async throws -> Result {
    let store = try await unlocked()
    let result = try await body(store)
    await store.close()
    return result
  }

  /// Changes the closed file behind the agent's back.
  func tamper(_ sql: String, _ arguments: StatementArguments = []) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.write { try $0.execute(sql: sql, arguments: arguments) }
    try queue.close()
  }

  func storeID() throws -> String { try #require(try rows("SELECT store_id FROM store").first?[0]) }

  func rows(_ sql: String) throws -> [Row] {
    let queue = try DatabaseQueue(path: path)
    defer { try? queue.close() }
    return try queue.read { try Row.fetchAll($0, sql: sql) }
  }
}

extension Secret {
  /// A passphrase or token of a test.
  init(_ text: String) { self.init(copyingUTF8: text) }
}
