import AuthFlows
import Glibc
import Logging
import NIOCore
import NIOHTTP1
import SessionModel
import Simulation

@testable import SessionAgent
@testable import SessionStore

/// One run of the agent: all of its real parts, on the disk, loop, clocks and network of the world.
@MainActor
final class AgentLife {
  let number: Int
  let folder: String
  let world: AgentWorld
  let loop: SimulatedLoop
  let bootID: String
  private(set) var agent: Agent?
  /// From here on it serves.
  private(set) var isServing = false
  /// Its store was open, and what it held is known.
  var hasOpened = false
  /// Killed: what it still does reaches nobody.
  private(set) var isDead = false
  /// Requests to the provider that have no answer yet.
  private var exchanges: [Int: CheckedContinuation<Result<ProviderResponse, TransportError>, Never>] = [:]
  private var lastExchange = 0
  private var timerVersion = 0
  /// The timer has run out, and nobody has looked yet.
  private var isDue = false

  init(_ number: Int, in folder: String, of world: AgentWorld) {
    self.number = number
    self.folder = folder
    self.world = world
    bootID = world.bootID
    loop = SimulatedLoop(Line(world.stage, latency: 1...50))
  }

  func begin() {
    let disk = SimulatedDisk(Line(world.stage, latency: 200...4000)) { [self] in world.isDiskFull && !isDead }
    let (clock, random) = (SimulatedClock(world: world), SimulatedRandom(stage: world.stage))
    let keystore = Keystore(
      path: folder + "/data/keystore.sqlite", sources: [KeyfileKeySource(path: folder + "/key", random: random)],
      choice: .only(.keyfile), witness: folder + "/state/keystore.witness", clock: clock, random: random,
      executor: disk)
    let parts = AgentParts(
      clock: clock, random: random, keystore: keystore,
      profileFolder: ProfileFolder(user: folder + "/profiles.d", system: folder + "/none"), settings: Settings(),
      settingsFiles: [], transport: { [self] _ in SimulatedTransport(life: self) }, timer: SimulatedTimer(life: self),
      logger: Logger(label: "agent") { _ in SwiftLogNoOpLogHandler() }, socketPath: folder + "/agent.sock",
      version: "simulated", processID: 1, bootID: bootID)
    Task.detached { [self, loop] in
      do {
        try await keystore.take()
        let agent = Agent(parts: parts, on: loop, keystoreStatus: await keystore.status)
        await agent.networkChanged(onStage { world.reading })
        await agent.openKeystore()
        onStage { opened(agent) }
      } catch {
        onStage { world.found("the agent does not start: \(error)") }
      }
    }
  }

  private func opened(_ agent: Agent) {
    self.agent = agent
    guard !isDead else { return end() }
    isServing = true
    if isDue { tell { $0.hear(.due) } }
    // What has changed since it began.
    world.tellNetwork()
  }

  /// Killed. What it was doing comes to its end in a world of its own.
  func kill() {
    isDead = true
    isServing = false
    for exchange in exchanges.values { exchange.resume(returning: .failure(.connect(host: "nowhere"))) }
    exchanges = [:]
    end()
  }

  /// Told to end.
  func end(then act: @escaping @MainActor () -> Void = {}) {
    isServing = false
    guard let agent else { return }
    Task.detached { [self] in
      await agent.stop()
      onStage {
        isDead = true
        act()
      }
    }
  }

  // MARK: - What the agent needs of the world

  func arm(_ instant: BootInstant?) {
    timerVersion += 1
    guard let instant, !isDead, !world.isForgotten(.forgetsTimer) else { return }
    let version = timerVersion
    world.stage.plan(at: world.trueTime(of: instant)) { [self] in
      guard version == timerVersion, !isDead else { return }
      if agent == nil { isDue = true }
      tell { $0.hear(.due) }
    }
  }

  func send(
    _ request: ProviderRequest, _ continuation: CheckedContinuation<Result<ProviderResponse, TransportError>, Never>
  ) {
    guard !isDead else { return continuation.resume(returning: .failure(.connect(host: "nowhere"))) }
    lastExchange += 1
    let number = lastExchange
    exchanges[number] = continuation
    let target = request.headers.first { $0.0 == "X-Amz-Target" }?.1
    world.exchange(
      Exchange(
        life: self, number: number, operation: target?.split(separator: ".").last.map(String.init),
        body: request.body.withRevealedBytes { Array($0) }))
  }

  /// The end of a request to the provider; false where it has ended before.
  @discardableResult
  func finish(_ number: Int, _ result: Result<ProviderResponse, TransportError>) -> Bool {
    guard let continuation = exchanges.removeValue(forKey: number) else { return false }
    continuation.resume(returning: result)
    return true
  }

  // MARK: - What the world does to it

  /// Something comes to the agent from outside.
  func tell(_ act: @escaping @Sendable (isolated Agent) -> Void) {
    guard let agent, !isDead else { return }
    loop.execute { agent.assumeIsolated { act($0) } }
  }

  /// A client's request. `then` gets the answer, and whether it came at once.
  ///
  /// - Returns: gives the request up.
  @discardableResult
  func ask(
    _ method: HTTPMethod, _ target: String, _ body: String = "",
    then: @escaping @MainActor (_ status: Int, _ body: String, _ atOnce: Bool) -> Void
  ) -> () -> Void {
    let head = HTTPRequestHead(version: .http1_1, method: method, uri: target, headers: ["Host": "agent"])
    let asked = Asked()
    guard isServing, let agent,
      let request = try? Request(
        head: head, body: ByteBuffer(string: body), peer: PeerCredentials(pid: 1, uid: geteuid()))
    else { return {} }
    loop.execute { [self] in
      let reply = agent.assumeIsolated { $0.reply(to: request) }
      onStage {
        switch reply {
        case .now where self.isDead: break
        case .now(let response): then(Int(response.status.code), String(buffer: response.body), true)
        case .events: break
        case .later(let work):
          asked.task = Task.detached {
            var response: Response?
            do { response = try await work() } catch { response = error is CancellationError ? nil : .failure(error) }
            onStage {
              guard let response, !asked.isGivenUp, !self.isDead else { return }
              then(Int(response.status.code), String(buffer: response.body), false)
            }
          }
        }
      }
    }
    return {
      asked.isGivenUp = true
      asked.task?.cancel()
    }
  }

  @MainActor private final class Asked {
    var task: Task<Void, Never>?
    var isGivenUp = false
  }
}

/// A request on its way to the provider.
struct Exchange {
  let life: AgentLife
  let number: Int
  /// Nil for the public keys.
  let operation: String?
  let body: [UInt8]
}

private struct SimulatedTransport: ProviderTransport {
  let life: AgentLife

  func send(_ request: ProviderRequest) async throws(TransportError) -> ProviderResponse {
    let result = await withCheckedContinuation { continuation in
      onStage { life.send(request, continuation) }
    }
    return try result.get()
  }
}

private struct SimulatedTimer: DeadlineTimer {
  let life: AgentLife
  func arm(at instant: BootInstant?) { onStage { life.arm(instant) } }
}

private struct SimulatedClock: SessionModel.Clock {
  let world: AgentWorld
  func now() -> Now { onStage { world.now } }
}

private struct SimulatedRandom: SessionModel.RandomSource {
  let stage: Stage
  func bytes(_ count: Int) -> [UInt8] {
    onStage { (0..<count).map { _ in UInt8(truncatingIfNeeded: stage.random.next()) } }
  }
}
