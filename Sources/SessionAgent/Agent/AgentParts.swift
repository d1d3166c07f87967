internal import AuthFlows
internal import Logging
internal import SessionModel
internal import SessionStore

/// What the agent is made of; the mains put in the real parts, tests a clock of their own.
struct AgentParts: Sendable {
  var clock: any Clock
  var random: any RandomSource
  var keystore: Keystore
  var profileFolder: ProfileFolder
  var settings: Settings
  var settingsFiles: [String]
  /// The network; one transport for each set of trusted certificates.
  var transport: @Sendable (_ caFile: String?) throws -> any ProviderTransport
  /// Told of settings that were read anew.
  var settingsChanged: @Sendable (Settings) -> Void = { _ in }
  /// Changes what the person's desktop shows; returns at once.
  var desktop: @Sendable (NoticeChange) -> Void = { _ in }
  /// Wakes the agent at its earliest deadline.
  var timer: any DeadlineTimer
  var logger: Logger
  var socketPath: String
  var version: String
  var processID: Int32
  /// Which run of the kernel this is.
  var bootID: String
  /// Whether providers are reached by a proxy: then the machine's own addresses say nothing of them.
  var hasProxy = false
  /// The process's, of which pinentry gets a little.
  var environment: [String: String] = [:]
}

/// Calls back once at an instant of the boot clock, unless armed anew before.
protocol DeadlineTimer: Sendable {
  /// Nil disarms.
  func arm(at instant: BootInstant?)
}
