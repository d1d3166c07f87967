import Foundation
import Glibc
import SessionModel
import SessionStore
import Testing

/// What is left of a store where a crash came between two changes of a file, and where it came at any instant. Every
/// place, and two hundred instants, are tried by `make crashes`; here some.
@Suite("a crash in the middle of work")
struct CrashTests {
  /// What the probe does once.
  enum Work: String, CaseIterable {
    case rotate
    case rekey
    case slot
    case logout
    case migrate
  }

  private static let isThorough = ProcessInfo.processInfo.environment["SESSION_AGENT_CRASHES"] == "all"

  /// A store with two sessions and a client secret; or one that an earlier version made.
  private func base(_ work: Work) async throws -> TestStore {
    let place = try TestStore()
    if work == .migrate {
      try place.put(fixture: "schema-1")
    } else {
      try await place.withUnlocked { store in
        for name in ["first", "second"] { try await store.insert(try Samples.record(name), revoking: nil) }
        try await store.setClientSecret(Secret("client secret"), for: try Samples.name("first"))
      }
    }
    return place
  }

  private func copy(_ base: TestStore) throws -> TestStore {
    let place = try TestStore()
    for name in ["data", "state", "keyfile"] where FileManager.default.fileExists(atPath: "\(base.folder.path)/\(name)")
    {
      try FileManager.default.copyItem(atPath: "\(base.folder.path)/\(name)", toPath: "\(place.folder.path)/\(name)")
    }
    return place
  }

  /// The preloaded library that ends a process before its n-th change of a file.
  private func shim(_ folder: TemporaryFolder) throws -> String {
    let library = folder.path + "/kill-at-write.so"
    let compiler = try ChildProcess(
      "clang", ["-shared", "-fPIC", "-O1", "-o", library, TestStore.fixtures + "/kill-at-write.c", "-ldl"],
      environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"])
    try #require(compiler.wait() == 0)
    return library
  }

  private func expectWhole(_ place: TestStore, _ work: Work, _ comment: Comment) async throws {
    let store = try await place.open()
    #expect(await store.openAtStart().state == .unlocked, comment)
    let loaded = try await store.sessions()
    #expect(loaded.damaged.isEmpty && loaded.heldBack.isEmpty, comment)
    #expect(await store.status.lastError == nil, comment)
    let names = loaded.records.map(\.name.rawValue)
    #expect(names == ["first", "second"] || work == .logout && names == ["second"], comment)
    #expect(try await store.clientSecret(for: try Samples.name("first")) == Secret("client secret"), comment)
    let orders = try await store.revocationOrders()
    #expect(orders.damaged.isEmpty, comment)
    if work == .logout { #expect(orders.orders.count == (names.count == 1 ? 1 : 0), comment) }
    if work == .rotate, let record = loaded.records.first {
      let token = record.tokens.refreshToken
      #expect(
        token == Secret("refresh-2") || token == Secret("refresh-sample-1") && record.generation == Generation(1),
        comment)
    }
    await store.close()
  }

  @Test("between any two changes of a file: it opens, nothing is lost, nothing is half-done", arguments: Work.allCases)
  func betweenWrites(_ work: Work) async throws {
    let base = try await base(work)
    let shim = try shim(base.folder)
    let step = Self.isThorough ? 1 : 5
    var change = Self.isThorough ? 1 : Int.random(in: 1...step)
    while true {
      let place = try copy(base)
      let child = try ChildProcess.probe(
        ["once", work.rawValue, place.path, place.keyfilePath], ["LD_PRELOAD": shim, "KILL_AT": String(change)])
      let status = child.wait()
      try #require(status == 0 || status == SIGKILL, "change \(change): \(status)")
      try await expectWhole(place, work, "\(work), before change \(change)")
      if status == 0 { break }
      change += step
    }
    #expect(change > 5, "the probe wrote")
  }

  @Test("at any instant: a slot opens it, nothing is lost", arguments: [Work.rekey, .slot, .migrate])
  func atAnyInstant(_ work: Work) async throws {
    let base = try await base(work)
    for round in 0..<(Self.isThorough ? 200 : 5) {
      let place = try copy(base)
      let life = Int.random(in: 1...20_000)
      let child = try ChildProcess.probe(["endless", work.rawValue, String(life), place.path, place.keyfilePath])
      try #require(child.wait() == SIGKILL)
      try await expectWhole(place, work, "\(work), round \(round)")
    }
  }
}
