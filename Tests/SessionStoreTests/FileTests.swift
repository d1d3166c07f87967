import Foundation
import GRDB
import Glibc
import SessionModel
import Testing

@testable import SessionStore

@Suite("the store's file")
struct FileTests {
  let place: TestStore

  init() throws { place = try TestStore() }

  @Test("folder 0700, files 0600, the write-ahead log among them")
  func modes() async throws {
    let store = try await place.unlocked()
    try await store.insert(try Samples.record(), revoking: nil)
    try await store.recordRefreshIntent(session: try Samples.name("work"), attempt: 1)
    #expect(try TemporaryFolder.mode("\(place.folder.path)/data") == 0o700)
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(place.folder.path)/data")
    #expect(Set(names).isSuperset(of: ["keystore.sqlite", "keystore.sqlite-wal", "keystore.sqlite.lock"]))
    for name in names { #expect(try TemporaryFolder.mode("\(place.folder.path)/data/\(name)") == 0o600, "\(name)") }
    #expect(try TemporaryFolder.mode(place.keyfilePath) == 0o600)
    await store.close()
  }

  @Test("a store left wider is made ours alone again")
  func modeIsTightened() async throws {
    try await place.unlocked().close()
    chmod(place.path, 0o644)
    try await place.unlocked().close()
    #expect(try TemporaryFolder.mode(place.path) == 0o600)
  }

  @Test("a second agent on the same file is refused by name, until the first is gone")
  func exclusive() async throws {
    let store = try await place.unlocked()
    await #expect(throws: StoreError.alreadyInUse(path: place.path)) { try await place.open() }
    await store.close()
    try await place.unlocked().close()
  }

  @Test("a closed store is free at once, also while a child that is being started has a copy of the lock")
  func lockIsLetGo() async throws {
    let store = try await place.unlocked()
    let (descriptors, path) = ("/proc/self/fd", URL(fileURLWithPath: "\(place.path).lock").standardizedFileURL.path)
    let lock = try FileManager.default.contentsOfDirectory(atPath: descriptors).first {
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(descriptors)/\($0)")) == path
    }
    let copy = dup(try #require(lock.flatMap { Int32($0) }))
    defer { close(copy) }
    await store.close()
    try await place.unlocked().close()
  }

  @Test("one that is removed under the running agent takes nothing more, says so, and is saved by a backup")
  func removed() async throws {
    try await place.signIn("a")
    let store = try await place.unlocked()
    unlink(place.path)
    let gone = StoreError.fileGone(path: place.path)
    await #expect(throws: gone) { try await store.insert(try Samples.record("b"), revoking: nil) }
    #expect(await store.status.lastError == gone.description)
    let saved = try await store.backup()
    await store.close()
    for companion in ["-wal", "-shm"] { unlink(place.path + companion) }
    try Data(saved).write(to: URL(fileURLWithPath: place.path))
    #expect(try await place.withUnlocked { try await $0.sessions().records.map(\.name.rawValue) } == ["a"])
  }

  @Test("a folder that is a link, or that others can write to, is refused, until it is put right")
  func folders() async throws {
    let folder = "\(place.folder.path)/data"
    try FileManager.default.createDirectory(atPath: "\(place.folder.path)/real", withIntermediateDirectories: false)
    symlink("\(place.folder.path)/real", folder)
    let linked = StoreError.unsafeFile(path: folder, why: "is no folder, or a link to one")
    let store = try await place.open()
    #expect(await store.openAtStart().state == .unavailable)
    #expect(await store.status.lastError == linked.description)
    await #expect(throws: linked) { try await store.unlock(passphrase: nil) }
    unlink(folder)
    mkdir(folder, 0o700)
    chmod(folder, 0o770)
    await #expect(
      throws: StoreError.unsafeFile(path: folder, why: "can be written by others. Run: chmod 700 \(folder)")
    ) {
      try await store.unlock(passphrase: nil)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    chmod(folder, 0o700)
    #expect(try await store.unlock(passphrase: nil).state == .unlocked)
    await store.close()
  }

  @Test("a store that is a link to another file is not opened")
  func linkedFile() async throws {
    try await place.unlocked().close()
    rename(place.path, "\(place.path).moved")
    symlink("\(place.path).moved", place.path)
    let store = try await place.open()
    let status = await store.openAtStart()
    #expect(status.state == .unavailable)
    #expect(status.lastError?.contains("not a plain file") == true)
    await store.close()
  }

  @Test("a store of a newer schema is refused and not written to")
  func newerSchema() async throws {
    try await place.withUnlocked { try await $0.insert(try Samples.record(), revoking: nil) }
    try place.tamper("INSERT INTO grdb_migrations (identifier) VALUES ('9-from-the-future')")
    let before = FileManager.default.contents(atPath: place.path)
    let store = try await place.open()
    let status = await store.openAtStart()
    #expect(status.state == .damaged)
    #expect(status.lastError == StoreError.newerSchema(path: place.path).description)
    await #expect(throws: StoreError.newerSchema(path: place.path)) { try await store.sessions() }
    await #expect(throws: StoreError.newerSchema(path: place.path)) {
      try await store.remove(session: try Samples.name("work"), order: nil)
    }
    await store.close()
    #expect(FileManager.default.contents(atPath: place.path) == before)
  }

  @Test("the log of a store that somebody removed is not played into a new one")
  func staleLog() async throws {
    let store = try await place.unlocked()
    try await store.insert(try Samples.record("old"), revoking: nil)
    try await store.recordRefreshIntent(session: try Samples.name("old"), attempt: 1)
    let log = try #require(FileManager.default.contents(atPath: "\(place.path)-wal"))
    #expect(!log.isEmpty)
    await store.close()
    unlink(place.path)
    try log.write(to: URL(fileURLWithPath: "\(place.path)-wal"))
    let again = try await place.unlocked()
    #expect(try await again.sessionNames().isEmpty)
    await again.close()
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(place.folder.path)/data")
    #expect(names.contains { $0.hasPrefix("keystore.sqlite.damaged-") && $0.hasSuffix("-wal") })
  }

  @Test("a store that was never finished is no store")
  func unfinished() async throws {
    try await place.unlocked().close()
    rename(place.path, "\(place.path).new")
    let store = try await place.open()
    #expect(await store.status.state == .uninitialized)
    #expect(try await store.unlock(passphrase: nil).state == .unlocked)
    #expect(!FileManager.default.fileExists(atPath: "\(place.path).new"))
    await store.close()
  }

  @Test(
    "what SQLite reports is told apart by what can be done about it",
    arguments: [
      (ResultCode.SQLITE_FULL, StoreError.diskFull(path: "/p")), (.SQLITE_READONLY, .readOnly(path: "/p")),
      (.SQLITE_READONLY_DIRECTORY, .readOnly(path: "/p")), (.SQLITE_IOERR_WRITE, .failed(path: "/p", why: "m")),
      (.SQLITE_IOERR_SHMSIZE, .diskFull(path: "/p")),
      (.SQLITE_CORRUPT, .damaged(StoreError.damage("/p", "m"))),
      (.SQLITE_NOTADB, .damaged(StoreError.damage("/p", "m"))),
      (.SQLITE_BUSY, .failed(path: "/p", why: "m")),
    ])
  func errors(_ code: ResultCode, _ expected: StoreError) {
    #expect(StoreError(DatabaseError(resultCode: code, message: "m"), path: "/p") == expected)
  }
}
