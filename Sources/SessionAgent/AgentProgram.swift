internal import AuthFlows
internal import CSystemCalls
internal import Glibc
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import SessionModel
internal import SessionStore

/// The `session-agent` program: puts the real parts together, serves until it is told to stop.
public enum AgentProgram {
  /// The version, as `--version` and `status` say it.
  public static let version = "0.1.0"

  /// Makes the process fit to hold secrets; to be called first, while there is one thread. May start the program anew.
  public static func harden(arguments: [String]) {
    csystem_open_standard_descriptors()
    Hardening.apply(arguments: arguments)
    Hardening.raiseFileLimit()
    Signals.block()
    _ = csystem_install_task_pool(3)
  }

  /// Runs the agent in the foreground and ends the process with its exit code. To be called on the main thread.
  ///
  /// - Parameter ifAbsent: whether another agent on the socket is no failure.
  public static func run(ifAbsent: Bool, environment: [String: String]) -> Never {
    let (signals, passOn) = AsyncStream<CInt>.makeStream()
    Task.detached {
      let status: Int32
      do {
        status = try await Startup(environment: environment, signals: signals).serve(ifAbsent: ifAbsent)
      } catch {
        status = complain(error)
      }
      exit(status)
    }
    Signals.pass { _ = passOn.yield($0) }
  }

  static func complain(_ error: any Error) -> Int32 {
    let problem = error as? Problem ?? Problem(.internal, "The agent can't start: \(error)")
    say(problem.detail)
    return problem.code.exitCode(retryable: problem.retryable)
  }

  static func say(_ sentence: String) {
    let line = Array("session-agent: \(sentence)\n".utf8)
    _ = write(2, line, line.count)
  }
}

/// What is known before the agent runs.
private struct Startup {
  let environment: [String: String]
  let signals: AsyncStream<CInt>
  let paths: AgentPaths
  let settings: Settings
  let logger: Logger

  init(environment: [String: String], signals: AsyncStream<CInt>) throws {
    self.environment = environment
    self.signals = signals
    paths = try AgentPaths(environment: environment, uid: geteuid())
    let settings = try Settings.load(paths.settingsFiles)
    self.settings = settings
    let output = LogOutput(file: paths.state + "/agent.log")
    logger = Logger(label: "session-agent") { _ in StandardErrorLog(level: settings.logLevel, output: output) }
  }

  func serve(ifAbsent: Bool) async -> Int32 {
    let socket: ListeningSocket
    do throws(ListeningSocket.Failure) {
      socket = try ListeningSocket.open(
        path: paths.socket, below: paths.temporaryRuntimeFolder, environment: environment)
    } catch {
      switch error {
      case .occupied(let sentence):
        if ifAbsent { return 0 }
        AgentProgram.say(sentence)
        return 1
      case .problem(let problem): return AgentProgram.complain(problem)
      }
    }
    defer { socket.remove() }
    do {
      return try await serve(on: socket)
    } catch let error as StoreError {
      AgentProgram.say(error.description)
      // Not the agent of this socket, so not the one that `--if-absent` means.
      if case .alreadyInUse = error { return 1 }
      return ProblemCode.storageFailed.exitCode(retryable: true)
    } catch {
      return AgentProgram.complain(error)
    }
  }

  private func serve(on socket: ListeningSocket) async throws -> Int32 {
    let random = SystemRandom()
    let keystore = try await Keystore.open(
      path: paths.keystore, sources: sources(random), choice: choice,
      witness: paths.state + "/keystore.witness", clock: SystemClock(), random: random)
    await keystore.limitJournal(to: settings.journalEntries)
    let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let network = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let transports = try Transports(group: network, settings: settings, environment: environment)
    let desktop = DesktopNotifier(logger: logger)
    guard let watch = KernelWatch() else { throw Problem(.internal, "The kernel gives no timer (timerfd).") }
    let agent = Agent(
      parts: AgentParts(
        clock: SystemClock(), random: random, keystore: keystore,
        profileFolder: ProfileFolder(user: paths.userProfiles, system: paths.systemProfiles), settings: settings,
        settingsFiles: paths.settingsFiles,
        transport: { try transports.transport(caFile: $0) }, settingsChanged: { transports.use($0) },
        desktop: { desktop.take($0) }, timer: watch,
        logger: logger, socketPath: socket.path, version: AgentProgram.version, processID: getpid(),
        bootID: BootID.current(), hasProxy: transports.hasProxy,
        environment: environment),
      on: loops.next(), keystoreStatus: await keystore.status)
    guard watch.start(tell: { news in agent.loop.execute { agent.assumeIsolated { $0.hear(news) } } }) else {
      throw Problem(.internal, "There can be no thread for the kernel's news.")
    }
    SleepWatch.start { agent.loop.execute { agent.assumeIsolated { $0.wokeUp() } } }
    // Who connects meanwhile waits in the socket's backlog, so that nobody is told `locked` by an agent that is opening.
    await agent.openKeystore()
    let server = try await SocketServer.start(
      descriptor: socket.descriptor, on: agent.loop, ownUID: geteuid(), logger: logger,
      limits: SocketLimits(connections: min(4096, Hardening.raiseFileLimit()))
    ) { request in agent.assumeIsolated { $0.reply(to: request) } }
    let keyring = SecretServiceWatch.start { news in
      agent.loop.execute { agent.assumeIsolated { $0.hear(ofKeyring: news) } }
    }
    if let keyring { await agent.watch(keyring: { keyring.tellOfAnswer() }) }
    ServiceNotifier.notify("READY=1", environment: environment)
    logger.info("ready", metadata: ["socket": "\(socket.path)"])
    await untilStopped(agent)
    ServiceNotifier.notify("STOPPING=1", environment: environment)
    await server.stop()
    await agent.stop()
    await transports.shutdown()
    // The loops end with the process: what a provider left hanging may still come back to them.
    return 0
  }

  private var choice: KeySourceChoice {
    switch settings.keySource {
    case .auto: .auto
    case .secretService: .only(.secretService)
    case .passphrase: .only(.passphrase)
    case .systemdCredential: .only(.systemdCredential)
    case .tpm2: .only(.tpm2)
    case .keyfile: .only(.keyfile)
    }
  }

  private func sources(_ random: SystemRandom) -> [any KeySource] {
    [
      KeyfileKeySource(path: settings.keyfile, random: random),
      CredentialKeySource(name: settings.credential, folder: environment["CREDENTIALS_DIRECTORY"]),
      SecretServiceKeySource(random: random), PassphraseKeySource(random: random),
      TPMKeySource(tcti: settings.tcti, random: random),
    ]
  }

  /// SIGTERM and SIGINT end the wait; SIGHUP reads settings and profiles again.
  private func untilStopped(_ agent: Agent) async {
    for await number in signals {
      guard number == SIGHUP else { return }
      await agent.reload()
    }
  }
}
