import Foundation
import Glibc
import SessionModel
import SessionStore
import Testing

/// What every key source must do, whatever is behind it.
@Suite("every key source")
struct KeySourceTests {
  /// The sources that are built, each with what it needs to be real.
  enum Kind: CaseIterable {
    case keyfile, passphrase, secretService, tpm, tpmWithPIN
  }

  /// A source at work, and what must stay alive for it.
  struct Bench {
    let place: TestStore
    let source: any KeySource
    let passphrase: Secret?
    let pin: Secret?
    let world: (any Sendable)?

    init(_ kind: Kind) async throws {
      place = try TestStore()
      switch kind {
      case .keyfile:
        (source, passphrase, pin, world) = (place.keyfile, nil, nil, nil)
      case .passphrase:
        (source, passphrase, pin, world) = (TestStore.passphrase, Secret("a passphrase"), nil, nil)
      case .secretService:
        let bus = try PrivateKeyring()
        (source, passphrase, pin, world) = (bus.source(), nil, nil, (bus, try await bus.start()))
      case .tpm, .tpmWithPIN:
        let tpm = try SoftwareTPM()
        (source, passphrase, world) = (tpm.source(), nil, tpm)
        pin = kind == .tpmWithPIN ? Secret("1234") : nil
      }
    }

    func key(store: String, parameters: [UInt8]? = nil, create: Bool) async throws -> WrappingKey {
      try await source.wrappingKey(
        for: KeyRequest(storeID: store, parameters: parameters, createIfMissing: create, passphrase: pin ?? passphrase))
    }
  }

  @Test("makes a key of 32 bytes for a new store and finds the same again", arguments: Kind.allCases)
  func sameKeyAgain(_ kind: Kind) async throws {
    let bench = try await Bench(kind)
    let made = try await bench.key(store: "one", create: true)
    #expect(made.key.count == 32)
    let found = try await bench.key(store: "one", parameters: made.parameters, create: false)
    #expect(found.key == made.key)
    #expect(found.parameters == made.parameters)
  }

  @Test("makes no key for a store that must already have one", arguments: [Kind.keyfile, .secretService, .tpm])
  func makesNone(_ kind: Kind) async throws {
    let bench = try await Bench(kind)
    for _ in 0..<2 {
      let error = await #expect(throws: KeySourceError.self) { try await bench.key(store: "one", create: false) }
      guard case .missing = error else {
        Issue.record("expected missing, got \(String(describing: error))")
        return
      }
    }
  }

  @Test("opens over restarts the store that it made, and tells its slot", arguments: Kind.allCases)
  func opensItsStore(_ kind: Kind) async throws {
    let bench = try await Bench(kind)
    let record = try Samples.record()
    for _ in 0..<2 {
      let store = try await bench.place.open([bench.source], choice: .only(bench.source.name))
      let status = try await store.unlock(passphrase: bench.passphrase, pin: bench.pin)
      #expect(status.state == .unlocked)
      #expect(status.keySource == bench.source.name)
      #expect(status.slots.map(\.source) == [bench.source.name])
      if try await store.sessionNames().isEmpty { try await store.insert(record, revoking: nil) }
      #expect(try await store.sessions().records == [record])
      await store.close()
    }
  }

  @Test("does not open a slot that was copied from another store", arguments: Kind.allCases)
  func slotOfAnotherStore(_ kind: Kind) async throws {
    let bench = try await Bench(kind)
    let store = try await bench.place.open([bench.source], choice: .only(bench.source.name))
    try await store.unlock(passphrase: bench.passphrase, pin: bench.pin)
    await store.close()
    try bench.place.tamper("UPDATE store SET store_id = 'another'")
    let again = try await bench.place.open([bench.source], choice: .only(bench.source.name))
    await #expect(throws: StoreError.self) { try await again.unlock(passphrase: bench.passphrase, pin: bench.pin) }
    #expect(await again.status.state != .unlocked)
    await again.close()
  }

  @Test("does not show its key by any description", arguments: Kind.allCases)
  func doesNotShow(_ kind: Kind) async throws {
    let bench = try await Bench(kind)
    let made = try await bench.key(store: "one", create: true)
    #expect(String(reflecting: made).contains("<secret>"))
    #expect(!String(reflecting: made).contains(made.key.withRevealedBytes { Array($0).description }))
  }
}

@Suite("keyfile")
struct KeyfileTests {
  let place: TestStore

  init() throws { place = try TestStore() }

  private func error() async -> KeySourceError? {
    await #expect(throws: KeySourceError.self) {
      try await place.keyfile.wrappingKey(for: KeyRequest(storeID: "s", parameters: nil, createIfMissing: false))
    }
  }

  private func put(_ count: Int, mode: mode_t) throws {
    try Data(SystemRandom().bytes(count)).write(to: URL(fileURLWithPath: place.keyfilePath))
    chmod(place.keyfilePath, mode)
  }

  @Test("a file that others may read or write is refused", arguments: [0o640, 0o604, 0o620, 0o602, 0o610] as [mode_t])
  func modes(_ mode: mode_t) async throws {
    try put(32, mode: mode)
    #expect(
      await error() == .unfit("The keyfile \(place.keyfilePath) is open to others. Run: chmod 600 \(place.keyfilePath)")
    )
  }

  @Test("a key of another length is refused", arguments: [0, 31, 33])
  func lengths(_ count: Int) async throws {
    try put(count, mode: 0o600)
    #expect(await error() == .unfit("The keyfile \(place.keyfilePath) has \(count) bytes; a key has 32."))
  }

  @Test("a link, a folder and a FIFO are refused")
  func kinds() async throws {
    try put(32, mode: 0o600)
    rename(place.keyfilePath, "\(place.keyfilePath).real")
    symlink("\(place.keyfilePath).real", place.keyfilePath)
    #expect(await error() == .unfit("The keyfile \(place.keyfilePath) is a link; name the file itself."))
    unlink(place.keyfilePath)
    mkfifo(place.keyfilePath, 0o600)
    #expect(await error() == .unfit("The keyfile \(place.keyfilePath) is not a plain file."))
    unlink(place.keyfilePath)
    mkdir(place.keyfilePath, 0o700)
    #expect(await error() == .unfit("The keyfile \(place.keyfilePath) is not a plain file."))
  }

  @Test("an existing file is used by a new store, not replaced")
  func existing() async throws {
    try put(32, mode: 0o600)
    let before = FileManager.default.contents(atPath: place.keyfilePath)
    try await place.unlocked().close()
    #expect(FileManager.default.contents(atPath: place.keyfilePath) == before)
  }

  @Test("a keyfile that is gone is named, and none is made for the old store")
  func gone() async throws {
    try await place.unlocked().close()
    unlink(place.keyfilePath)
    let store = try await place.open()
    let status = await store.openAtStart()
    #expect(status.state == .unavailable)
    #expect(status.lastError?.contains("is not there") == true)
    #expect(!FileManager.default.fileExists(atPath: place.keyfilePath))
    await store.close()
  }
}
