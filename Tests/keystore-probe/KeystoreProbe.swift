import CSystemCalls
import Glibc
import SessionModel
import SessionStore

/// A process for the store's tests to kill, and what made the stores that are kept among them.
///
///     keystore-probe refresh STORE KEYFILE    refreshes without end; prints each step once it is durable
///     keystore-probe make STORE KEYFILE       makes the store that tests of later schemas open
///     keystore-probe once WORK STORE KEYFILE  does one piece of work on a store and ends
///     keystore-probe endless WORK MICROSECONDS STORE KEYFILE  does it again and again, until the kernel ends it
@main
struct KeystoreProbe {
  static func main() async throws {
    dieWithParent()
    let arguments = CommandLine.arguments
    guard (4...6).contains(arguments.count), let path = arguments.dropLast().last,
      let key = arguments.last
    else { exit(64) }
    let keyfile = KeyfileKeySource(path: key, random: KernelRandom())
    if arguments[1] == "endless" { die(after: Int(arguments[3])) }
    let store = try await Keystore.open(
      path: path, sources: [keyfile], choice: .only(.keyfile), clock: KernelClock(), random: KernelRandom())
    try await store.unlock(passphrase: nil)
    switch arguments[1] {
    case "refresh": try await refresh(store)
    case "make": try await make(store)
    case "once":
      try await work(arguments[2], store, key)
      await store.close()
    case "endless": while true { try await work(arguments[2], store, key) }
    default: exit(64)
    }
  }

  /// No probe outlives the test that started it: it would never end. `PROBE_PARENT` is the test's process, which may have
  /// ended before the kernel was asked.
  private static func dieWithParent() {
    guard csystem_end_with_parent(SIGKILL) == 0 else { exit(71) }
    if let parent = getenv("PROBE_PARENT"), atoi(parent) != getppid() { exit(70) }
  }

  /// The kernel kills the process then, wherever it is.
  private static func die(after microseconds: Int?) {
    guard let microseconds, microseconds > 0 else { exit(64) }
    var event = sigevent()
    event.sigev_notify = Int32(SIGEV_SIGNAL)
    event.sigev_signo = SIGKILL
    var timer: timer_t?
    var life = itimerspec(it_interval: timespec(), it_value: timespec(tv_sec: 0, tv_nsec: microseconds * 1000))
    // The first timer of a process may well be the null pointer.
    guard timer_create(CLOCK_MONOTONIC, &event, &timer) == 0, timer_settime(timer, 0, &life, nil) == 0
    else { exit(71) }
  }

  /// One piece of work; a migration is done by the opening.
  private static func work(_ name: String, _ store: Keystore, _ keyfile: String) async throws {
    guard let session = Name("first") else { exit(70) }
    switch name {
    case "rotate":
      try await store.recordRefreshIntent(session: session, attempt: 1)
      try await store.storeRotatedRefreshToken(
        session: session, refreshToken: Secret(copyingUTF8: "refresh-2"), attempt: 1)
      try await store.commitRefresh(
        session: session, generation: Generation(2), tokens: tokens(Generation(2)), at: KernelClock().now().wall)
    case "rekey": try await store.rekey(passphrase: nil)
    case "slot": try await store.addSlot(.keyfile(path: keyfile + ".other"))
    case "logout":
      try await store.remove(
        session: session,
        movingTokenTo: RevocationTicket(
          id: "order", createdAt: KernelClock().now().wall, givesUpAt: KernelClock().now().wall))
    case "migrate": break  // The opening did it.
    default: exit(64)
    }
  }

  /// Sign-in, then refreshes with rotation. A line says what is durable: `r N` the N-th refresh token, `g N` the N-th
  /// generation.
  private static func refresh(_ store: Keystore) async throws {
    guard let name = Name("work") else { return }
    var generation = try await store.nextGeneration(for: name)
    try await store.insert(record(name, generation), revoking: nil)
    say("g \(generation)")
    while true {
      generation = try await store.nextGeneration(for: name)
      try await store.recordRefreshIntent(session: name, attempt: generation.rawValue)
      try await store.storeRotatedRefreshToken(
        session: name, refreshToken: Secret(copyingUTF8: "refresh-\(generation)"), attempt: generation.rawValue)
      say("r \(generation)")
      try await store.commitRefresh(
        session: name, generation: generation, tokens: tokens(generation), at: KernelClock().now().wall)
      say("g \(generation)")
    }
  }

  /// Two sessions, one with a refresh begun and one refused; an order; a client secret; a cached value; a name whose
  /// session is gone.
  private static func make(_ store: Keystore) async throws {
    guard let first = Name("first"), let second = Name("second"), let gone = Name("gone") else { return }
    for name in [first, second, gone] { try await store.insert(record(name, Generation(1)), revoking: nil) }
    try await store.recordRefreshIntent(session: first, attempt: 42)
    try await store.setSignInRequired(session: second, reason: .refreshTokenRevoked)
    let now = Timestamp(seconds: 1_790_000_000)
    try await store.remove(
      session: gone,
      movingTokenTo: RevocationTicket(
        id: "order", createdAt: now, givesUpAt: now.adding(milliseconds: 2_592_000_000)))
    try await store.setClientSecret(Secret(copyingUTF8: "client secret"), for: first)
    try await store.setCache(key: "keys", value: Array("cached".utf8))
    await store.close()
  }

  private static func record(_ name: SessionName, _ generation: Generation) -> SessionRecord {
    SessionRecord(
      name: name, id: "id-of-\(name)", profile: name, provider: "cognito",
      identity: Identity(issuer: "https://idp.example", subject: "sub", username: "user", scopes: ["openid"]),
      binding: SessionBinding(
        issuer: "https://idp.example", tokenEndpoint: "https://idp.example/token",
        revocationEndpoint: "https://idp.example/revoke", clientID: "client", userPoolID: nil, caFile: nil),
      generation: generation, tokens: tokens(generation), signedInAt: Timestamp(seconds: 1_790_000_000))
  }

  private static func tokens(_ generation: Generation) -> TokenSet {
    func token(_ value: String) -> Token {
      Token(
        value: Secret(copyingUTF8: value), issuedAt: Timestamp(seconds: 1_790_000_000),
        expiresAt: Timestamp(seconds: 1_790_003_600), claims: Array(#"{"sub":"sub"}"#.utf8))
    }
    return TokenSet(
      access: token("access-\(generation)"), id: token("id-\(generation)"),
      refreshToken: Secret(copyingUTF8: "refresh-\(generation)"))
  }

  private static func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    // SIGPIPE may be blocked: a task's thread hands its mask down.
    guard write(1, bytes, bytes.count) == bytes.count else { exit(74) }
  }
}

/// The kernel's clocks.
private struct KernelClock: SessionModel.Clock {
  func now() -> Now {
    Now(
      wall: Timestamp(milliseconds: csystem_realtime_milliseconds()),
      boot: BootInstant(milliseconds: csystem_boottime_milliseconds()))
  }
}

/// The kernel's randomness.
private struct KernelRandom: RandomSource {
  func bytes(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    csystem_random(&bytes, count)
    return bytes
  }
}
