import AuthFlows
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import SessionAPI
import SessionModel
import SessionStore
import Testing
import WireJSON

@testable import SessionAgent

/// An agent of real parts in a folder of its own; only the clock and the timer are the test's, and the network has
/// the test in between.
final class AgentHouse: Sendable {
  let folder: TemporaryFolder
  let clock: HandClock
  let timer = ReportingTimer()
  let pool: LocalPool
  let transport: FaultyTransport
  let keystore: Keystore
  let agent: Agent
  let log: CollectedLog
  /// What became of the desktop.
  let desktop: Locked<[NoticeChange]>
  let work: SessionName
  /// The place of a session that a test looks after.
  let firstBinding = Locked<SessionBinding?>(nil)
  private let network: HTTPTransport
  private let loops: MultiThreadedEventLoopGroup

  private init(
    _ pool: LocalPool, _ folder: TemporaryFolder, _ clock: HandClock, _ settings: Settings, bootID: String
  ) async throws {
    self.pool = pool
    self.folder = folder
    self.clock = clock
    work = try #require(Name("work"))
    loops = MultiThreadedEventLoopGroup(numberOfThreads: 2)
    network = try HTTPTransport(eventLoopGroup: loops)
    let transport = FaultyTransport(network)
    self.transport = transport
    let random = SystemRandom()
    let source = KeyfileKeySource(path: folder.path + "/key", random: random)
    keystore = try await Keystore.open(
      path: folder.path + "/data/keystore.sqlite", sources: [source, PassphraseKeySource(random: random)],
      choice: .only(.keyfile), clock: clock, random: random)
    let log = CollectedLog()
    self.log = log
    let desktop = Locked<[NoticeChange]>([])
    self.desktop = desktop
    agent = Agent(
      parts: AgentParts(
        clock: clock, random: random, keystore: keystore,
        profileFolder: ProfileFolder(user: folder.path + "/profiles.d", system: folder.path + "/system"),
        settings: settings, settingsFiles: [folder.path + "/config.toml"], transport: { _ in transport },
        desktop: { change in desktop.with { $0.append(change) } }, timer: timer,
        logger: Logger(label: "test") { _ in log }, socketPath: folder.path + "/run/agent.sock", version: "test",
        processID: getpid(), bootID: bootID),
      on: loops.next(), keystoreStatus: await keystore.status)
    await agent.openKeystore()
  }

  private func close() async {
    transport.release()
    await agent.stop()
    await network.shutdown()
    try? await loops.shutdownGracefully()
  }

  /// Runs `body` with a profile `work` at the pool, and puts everything away whatever comes of it.
  static func with(
    pool makePool: (HandClock) async throws -> LocalPool = { try await LocalPool(on: $0) },
    settings: Settings = Settings(), _ body: (AgentHouse) async throws -> Void
  ) async throws {
    let clock = HandClock()
    let pool = try await makePool(clock)
    do {
      let folder = try TemporaryFolder()
      try folder.write("profiles.d/work.toml", profile(pool.url))
      try await with(pool, folder, clock, settings, body)
    } catch {
      await pool.stop()
      throw error
    }
    await pool.stop()
  }

  private static func with(
    _ pool: LocalPool, _ folder: TemporaryFolder, _ clock: HandClock, _ settings: Settings, bootID: String = "boot",
    _ body: (AgentHouse) async throws -> Void
  ) async throws {
    let house = try await AgentHouse(pool, folder, clock, settings, bootID: bootID)
    do {
      try await body(house)
    } catch {
      await house.close()
      throw error
    }
    await house.close()
  }

  /// The agent ends, and `body` runs with another one on the same files.
  ///
  /// - Parameter bootID: which run of the kernel the other one finds itself in.
  func restarted(bootID: String = "boot", _ body: (AgentHouse) async throws -> Void) async throws {
    transport.release()
    await agent.stop()
    try await AgentHouse.with(pool, folder, clock, Settings(), bootID: bootID, body)
  }

  static func profile(_ url: String, extra: String = "") -> String {
    """
    provider = "cognito"
    user_pool_id = "\(LocalPool.id)"
    client_id = "app"
    endpoint = "\(url)"
    \(extra)
    """
  }

  /// Edits a clear column of the session `work` behind the agent's back; the store must be closed.
  ///
  /// - Parameter id: the session's, by which its row is found.
  func damageSession(id: String) throws {
    let file = URL(fileURLWithPath: folder.path + "/data/keystore.sqlite")
    var bytes = try Data(contentsOf: file)
    let row = try #require(bytes.range(of: Data("\(id)workcognitohttp".utf8)))
    bytes.replaceSubrange(row.upperBound - 1..<row.upperBound, with: Data("s".utf8))
    try bytes.write(to: file)
  }

  // MARK: - Time

  /// Moves the agent's clock and the pool's, which are one, without waking the agent.
  func advance(seconds: Int64) { clock.advance(milliseconds: seconds * 1000) }

  /// The pool's civil time is that much ahead of the agent's.
  func setPoolClock(ahead seconds: Int64) async throws {
    try await control(["clock": ["offset_seconds": .integer(seconds)]])
  }

  /// Moves the clocks to the deadline that the timer is armed for, and wakes the agent as the timer would.
  func wakeAtDeadline() async throws {
    let deadline = try #require(timer.armed, "the timer is not armed")
    let left = deadline.milliseconds - clock.now().boot.milliseconds
    advance(seconds: max((left + 999) / 1000, 0))
    await agent.tick()
  }

  // MARK: - The pool

  @discardableResult
  func control(_ action: JSONValue) async throws -> JSONValue {
    let answer = try await network.send(
      ProviderRequest(
        url: pool.url + "/_control", method: .post, headers: [("Content-Type", "application/json")],
        body: Secret(copying: action.serialized())))
    let body = answer.body.withRevealedBytes { Array($0) }
    try #require(answer.status == 200, "\(String(decoding: body, as: UTF8.self))")
    return try JSONValue.parse(body)
  }

  /// How many refreshes the pool has carried out.
  func refreshes() async throws -> Int64 {
    try #require(try await control(["stats": [:]])["refreshes"]?.integer)
  }
}

/// Keeps what is logged.
final class CollectedLog: LogHandler, Sendable {
  private let kept = Locked<[String]>([])
  var lines: [String] { kept.value }

  var logLevel: Logger.Level {
    get { .trace }
    set {}
  }
  var metadata: Logger.Metadata {
    get { [:] }
    set {}
  }
  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { nil }
    set {}
  }

  func log(event: LogEvent) {
    let pairs = (event.metadata ?? [:]).map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
    kept.with { $0.append("\(event.level) \(event.message) \(pairs)") }
  }
}
