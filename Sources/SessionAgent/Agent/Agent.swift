internal import AuthFlows
internal import Logging
internal import NIOCore
internal import SessionAPI
internal import SessionModel
internal import SessionStore

/// The one owner of all sessions, logins and profiles.
///
/// It runs on the event loop of the socket, so that a connection's handler reads it without a hop. Nothing on that
/// loop blocks: SQLite, the keyring, scrypt and the providers run elsewhere, and their results come back as events.
///
/// Mutable state, all of it touched on the loop only:
/// - `sessions`: the signed-in sessions; empty while the keystore is locked.
/// - `summaries`: names of the sessions in the store, for while it is locked.
/// - `logins`: running logins and those that ended in the last minute.
/// - `waiters`: requests that wait for news of a session name.
/// - `outbox`: revocations owed.
/// - `unremoved`: sessions that were signed out and whose rows a full disk kept.
/// - `keystoreStatus`, `isLocking`, `wasOpened`: what the store last said of itself, whether it is being locked, and
///   whether it was open before in this process.
/// - `prompts`: whether pinentry is asking somebody, and until when nobody is asked again.
/// - `eventLog`, `subscribers`, `tokenUses`: the event stream.
/// - `notices`: who needs a person, and what of it is on the desktop.
/// - `profiles`, `profileProblems`, `hasReadProfiles`: the last good state of each profile file, what is wrong with the
///   bad ones, and whether all were read once.
/// - `keyCaches`, `storedKeys`: the providers' public keys, and what the store has of them.
/// - `network`, `reading`, `networkSettles`, `lastReturn`: whether providers can be reached, what the kernel says of the
///   network, when a change of it is acted upon, and when one was last.
/// - `providerTimes`: by a provider's address, how its clock runs against ours.
/// - `signedOutEverywhere`: ids of sessions whose person was signed out on all devices through another one.
/// - `parts.settings`: replaced at SIGHUP.
actor Agent {
  nonisolated let executor: any SerialExecutor
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  let loop: any EventLoop
  var parts: AgentParts
  let startedAt: Now

  var sessions = LiveSessions()
  var summaries: [SessionSummary] = []
  var damagedSessions: [SessionName: String] = [:]
  var logins: [String: LoginRun] = [:]
  var waiters: [SessionName: [UInt64: Waiter]] = [:]
  var nextWaiter: UInt64 = 0
  var outbox = Outbox()
  /// The orders that wait in a store that is not open.
  var closedOrders: [ClosedOrder] = []
  var keystoreStatus: KeystoreStatus
  var isLocking = false
  /// Whether a person locked the store, and whether it is being tried again because the keyring has news.
  var wasLocked = false
  var isTryingKeyring = false
  /// When a store whose file is out of reach is tried again.
  var fileRetry: BootInstant?
  /// Has the keyring's watch tell when the keyring answers; whether it was asked since there was news of the keyring.
  var askKeyring: (@Sendable () -> Void)?
  var isKeyringAsked = false
  var wasOpened = false
  var prompts = Prompts()
  var unremoved = Unremoved()
  var eventLog: EventLog
  var subscribers: [UInt64: Subscriber] = [:]
  var tokenUses = TokenUses()
  var notices: Notices
  var profiles: [ProfileName: ProfileDocument] = [:]
  var profileProblems: [ProfileName: Problem] = [:]
  var hasReadProfiles = false
  var keyCaches: [ProfileName: KeyCache] = [:]
  var storedKeys: [ProfileName: [UInt8]] = [:]
  var network: NetworkState = .unknown
  var reading: NetworkReading?
  var networkSettles: BootInstant?
  var lastReturn: BootInstant?
  var providerTimes: [String: ProviderTime] = [:]
  var signedOutEverywhere: Set<String> = []
  /// How many token requests were answered without leaving the event loop, and how many had to wait.
  var answeredOnLoop: UInt64 = 0
  var answeredAfterWait: UInt64 = 0

  init(parts: AgentParts, on loop: any EventLoop, keystoreStatus: KeystoreStatus) {
    self.parts = parts
    self.loop = loop
    executor = loop.executor
    self.keystoreStatus = keystoreStatus
    startedAt = parts.clock.now()
    notices = Notices(isOn: parts.settings.notify)
    eventLog = EventLog(
      prefix: parts.random.hexadecimal(bytes: 4), capacity: parts.settings.eventHistory)
  }

  var now: Now { parts.clock.now() }

  func random() -> Double { parts.random.unit() }

  /// Answers a request; on the event loop.
  func reply(to request: Request) -> Reply {
    do {
      return try RouteTable.route(request, in: self)
    } catch {
      return .now(.failure(error))
    }
  }

  /// The problem that a failed store operation is to a client.
  func problem(_ error: StoreError, session: SessionName? = nil) -> Problem {
    let code: ProblemCode
    var retryAfter: Int?
    switch error {
    case .locked, .uninitialized: code = .locked
    case .wrongPassphrase(let seconds), .wrongPIN(let seconds, _), .passphraseTooSoon(let seconds),
      .pinLockedOut(let seconds):
      code = .credentialsRefused
      retryAfter = seconds
    case .slotUnusable(_, _, let isLocked): code = isLocked ? .locked : .storageFailed
    case .sourceFailed(_, let error): code = Agent.code(error)
    case .noSuchSession, .noSuchSlot: code = .notFound
    case .emptyPassphrase, .noPassphraseSlot, .noPINSlot, .passphraseNeeded, .pinNeeded, .tooLarge:
      code = .invalidRequest
    case .staleGeneration, .staleAttempt, .alreadyInUse, .notDamaged, .lastSlot, .noOtherSlotOpens, .changedMeanwhile,
      .doesNotOpen:
      code = .conflict
    case .unavailable, .damaged, .newerSchema, .sessionDamaged, .diskFull, .readOnly, .unsafeFile, .fileGone,
      .failed,
      .notErased:
      code = .storageFailed
    }
    var reason = code == .credentialsRefused ? RefusalReason.wrongCredentials.rawValue : nil
    if case .pinLockedOut = error { reason = RefusalReason.tooManyAttempts.rawValue }
    return Problem(code, error.description, retryAfterSeconds: retryAfter, reason: reason, session: session)
  }

  /// What it is to a client that a source gives no key for a slot that it asked for.
  private static func code(_ error: KeySourceError) -> ProblemCode {
    switch error {
    case .locked, .passphraseNeeded, .pinNeeded, .wrongPIN, .lockedOut: .locked
    case .unavailable, .timedOut: .storageFailed
    case .missing, .unfit: .invalidRequest
    }
  }
}
