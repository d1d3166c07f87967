import Foundation
import Glibc
import SessionModel
import SessionStore
import Testing

/// On a small file system of its own, which only root can mount. Elsewhere these are reported as not run.
@Suite("a disk in trouble", .enabled(if: geteuid() == 0, "not run: mounting a small tmpfs needs root"))
struct DiskTests {
  let place: TestStore
  let name: SessionName

  init() throws {
    place = try TestStore()
    name = try Samples.name("work")
  }

  private func run(_ program: String, _ arguments: [String]) throws {
    let child = try ChildProcess(program, arguments, environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"])
    #expect(child.wait() == 0, "\(program) \(arguments)")
  }

  /// Runs with the store's folder on a small disk.
  private func onSmallDisk(_ body: (_ folder: String) async throws -> Void) async throws {
    let folder = "\(place.folder.path)/data"
    mkdir(folder, 0o700)
    try run("mount", ["-t", "tmpfs", "-o", "size=512k,mode=0700", "tmpfs", folder])
    let result: Result<Void, any Error>
    do { result = .success(try await body(folder)) } catch { result = .failure(error) }
    try run("umount", ["--lazy", folder])
    try result.get()
  }

  private func fill(_ folder: String) {
    let descriptor = open("\(folder)/filler", O_WRONLY | O_CREAT, 0o600)
    let block = [UInt8](repeating: 0xFF, count: 4096)
    while write(descriptor, block, block.count) > 0 {}
    close(descriptor)
  }

  @Test("on a full disk a refresh is not stored and says so, the old state stays, and room mends it")
  func full() async throws {
    try await onSmallDisk { folder in
      let store = try await place.unlocked()
      let record = try Samples.record()
      try await store.insert(record, revoking: nil)
      fill(folder)
      await #expect(throws: StoreError.diskFull(path: place.path)) {
        try await store.commitRefresh(
          session: name, generation: Generation(2), tokens: Samples.tokens(2), at: record.signedInAt)
      }
      await #expect(throws: StoreError.diskFull(path: place.path)) {
        try await store.recordRefreshIntent(session: name, attempt: 1)
      }
      #expect(await store.status.state == .unlocked)
      #expect(try await store.sessions().records == [record])
      unlink("\(folder)/filler")
      try await store.commitRefresh(
        session: name, generation: Generation(2), tokens: Samples.tokens(2), at: record.signedInAt)
      #expect(try await store.sessions().records.map(\.generation) == [Generation(2)])
      await store.close()
    }
  }

  @Test("no store is made on a full disk, and none is left half-made")
  func fullAtCreation() async throws {
    try await onSmallDisk { folder in
      let store = try await place.open()
      fill(folder)
      await #expect(throws: StoreError.diskFull(path: place.path)) { try await store.unlock(passphrase: nil) }
      #expect(await store.status.state == .uninitialized)
      #expect(!FileManager.default.fileExists(atPath: place.path))
      unlink("\(folder)/filler")
      #expect(try await store.unlock(passphrase: nil).state == .unlocked)
      await store.close()
    }
  }

  @Test("a disk that is read-only is named, at the start and while the store is open")
  func readOnly() async throws {
    try await onSmallDisk { folder in
      try await place.withUnlocked { try await $0.insert(try Samples.record(), revoking: nil) }
      try run("mount", ["-o", "remount,ro", folder])
      let store = try await place.open()
      let status = await store.openAtStart()
      #expect(status.state == .unavailable)
      #expect(status.lastError == StoreError.readOnly(path: place.path).description)
      try run("mount", ["-o", "remount,rw", folder])
      #expect(try await store.unlock(passphrase: nil).state == .unlocked)
      #expect(try await store.sessions().records.count == 1)
      await store.close()
    }
  }
}
