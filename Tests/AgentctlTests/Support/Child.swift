import Glibc

/// A child process of a test, with files for its standard streams.
struct Child: Sendable {
  /// Its process.
  let pid: pid_t

  /// It could not be run.
  struct NotStarted: Error {
    let program: String
    let errno: Int32
  }

  /// Runs a program. `output` and `errors` are written anew; `report` becomes descriptor 3.
  init(
    _ program: String, _ arguments: [String], environment: [String: String], input: String = "/dev/null",
    output: String, errors: String, report: Int32 = -1
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    if report >= 0 { posix_spawn_file_actions_adddup2(&actions, report, 3) }
    // The runtime's threads block signals, and a child would inherit that.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var pid: pid_t = 0
    let result = Child.withPointers([program] + arguments) { arguments in
      Child.withPointers(environment.map { "\($0.key)=\($0.value)" }) { environment in
        posix_spawn(&pid, program, &actions, &attributes, arguments, environment)
      }
    }
    guard result == 0 else { throw NotStarted(program: program, errno: result) }
    self.pid = pid
  }

  /// Waits for its end: the exit status, or 128 + the signal.
  func wait() -> Int32 {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F)
  }

  private static func withPointers(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Int32
  ) -> Int32 {
    let pointers = strings.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers)
  }
}
