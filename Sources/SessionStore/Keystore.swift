internal import GRDB
public import SessionModel

/// Everything that must outlive the agent, in one SQLite file, each secret sealed. It knows no OAuth.
///
/// Runs on a thread of its own: a call from outside never blocks its caller's thread. Its state, all of it guarded by
/// the actor: the open file (`database`, nil while there is no store or `fault` says why it cannot be used), the data
/// key (nil unless unlocked), what came of each slot at the last attempt, the throttle of the passphrase, whether a
/// source may be asking the person, and of the journals their length and what waits for the disk. Only opening and
/// changes of the slots or the key await anything (a key source); `epoch` tells them that a lock came in between.
public actor Keystore {
  nonisolated let path: String
  let file: StoreFile
  let sources: [any KeySource]
  let choice: KeySourceChoice
  let clock: any Clock
  let random: any RandomSource
  let witness: Witness

  var held: StoreLock?
  var isClosed = false
  var database: StoreDatabase?
  var storeID = ""
  var schema: Int?
  var slots: [Slot] = []
  var fault: StoreError?

  var dataKey: LockedKey?
  var openedBy: KeySourceName?
  var trials: [KeySourceName: SlotTrial] = [:]
  /// Why no store could be made.
  var creationTrouble: KeySourceError?
  var throttle = PassphraseThrottle()
  /// Whether a source may be showing its prompt.
  var isAsking = false
  var epoch = 0
  var journalLimit = 1000
  /// Entries that the disk did not take yet.
  var backlog: [JournalNote] = []

  /// What the rows are to be, while the store is open; what they were when they were seen last; the sessions whose rows
  /// were another then; and what is to be said of rows that belong to none.
  var manifest = Manifest()
  var seen: SeenRows?
  var distrusted: Set<String> = []
  var warnings: [String] = []

  /// Why the file that remembers how far the store was can't be relied on.
  var witnessTrouble: String?
  /// Whether this life made the store although there had been another.
  var isSuccessor = false

  /// Damaged files that lie beside the store, and whether the store was made of one since it was open last.
  var setAside: [String] = []
  var isSalvaged = false

  private nonisolated let executor: any SerialExecutor

  /// The store's own queue.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(
    path: String, sources: [any KeySource], choice: KeySourceChoice, witness: String?, clock: any Clock,
    random: any RandomSource, executor: any SerialExecutor = StoreExecutor()
  ) {
    self.path = path
    self.executor = executor
    file = StoreFile(path: path)
    self.sources = sources
    self.choice = choice
    self.clock = clock
    self.random = random
    self.witness = Witness(path: witness)
  }

  /// Takes the store at that path for this process and reads the file, where there is one. Nothing is unsealed yet, and
  /// no store is made. A folder or file that cannot be used is no error here: the status says so.
  ///
  /// - Parameters:
  ///   - path: absolute; the folder is made (0700) where it is absent.
  ///   - sources: every source that can be had, in the order in which they are tried.
  ///   - choice: the source that a new store is made with.
  ///   - witness: a file elsewhere that remembers how far the store was; nil for none.
  /// - Throws: `alreadyInUse`.
  public static func open(
    path: String, sources: [any KeySource], choice: KeySourceChoice = .auto, witness: String? = nil,
    clock: any Clock, random: any RandomSource
  ) async throws(StoreError) -> Keystore {
    let store = Keystore(
      path: path, sources: sources, choice: choice, witness: witness, clock: clock, random: random)
    try await store.take()
    return store
  }

  /// Takes the store for this process, unless it has it, and reads the file.
  func take() throws(StoreError) {
    guard !isClosed else { return }
    do {
      if held == nil {
        try file.prepareFolder()
        held = try StoreLock(storePath: path)
      }
    } catch {
      fault = error
      if case .alreadyInUse = error { throw error }
      return
    }
    readFile()
  }

  /// Forgets the key and the file, and lets another process have it.
  public func close() {
    lock()
    try? database?.close()
    database = nil
    fault = .failed(path: path, why: "it was closed")
    isClosed = true
    held = nil
  }

  /// Reads the file as it is now: who it is and how it opens. Why it cannot is in `fault`.
  func readFile() {
    database = nil
    fault = nil
    schema = nil
    slots = []
    seen = nil
    setAside = file.setAside
    do throws(StoreError) {
      guard try file.exists() else { return }
      let opened = try StoreDatabase(path: path)
      schema = try opened.migrationCount()
      try read(header: opened)
      database = opened
    } catch {
      fault = error
    }
  }

  private func read(header opened: StoreDatabase) throws(StoreError) {
    let (id, kept) = try opened.read { database in
      (
        try String.fetchOne(database, sql: "SELECT store_id FROM store"),
        try Row.fetchAll(database, sql: "SELECT * FROM slot ORDER BY created_at, source")
          .compactMap { try? Slot($0) }
      )
    }
    guard let id, !kept.isEmpty else { throw .damaged(StoreError.damage(path, "it has no slots")) }
    storeID = id
    slots = kept
  }
}
