internal import CSystemCalls
internal import Glibc

/// What the process does to itself before anything else (SECURITY 23).
enum Hardening {
  /// Freed memory is overwritten (perturb), also that of small blocks, which glibc's thread caches would pass by.
  private static let tunables = "glibc.malloc.perturb=165:glibc.malloc.tcache_count=0"
  private static let mark = "SESSION_AGENT_STARTED_AGAIN"

  /// Not dumpable, no core; then once more from the start where the environment does not yet switch off Swift's
  /// backtraces (they print memory) and switch on the wiping of freed memory.
  static func apply(arguments: [String]) {
    _ = csystem_set_dumpable(0)
    _ = csystem_disable_core_dumps()
    _ = csystem_set_malloc_perturb(165)
    // What tpm2-tss logs where the environment asks for it has keys in it.
    setenv("TSS2_LOG", "all+NONE", 1)
    unsetenv("TSS2_LOGFILE")
    let current = getenv("GLIBC_TUNABLES").map { String(cString: $0) } ?? ""
    let isFit = getenv("SWIFT_BACKTRACE") != nil && current.contains(tunables)
    // The mark keeps a C library that shows the variable otherwise from starting us for ever.
    let wasStartedAgain = getenv(mark).map { String(cString: $0) } == String(getpid())
    unsetenv(mark)
    guard !isFit, !wasStartedAgain else { return }
    setenv("SWIFT_BACKTRACE", "enable=no", 0)
    setenv("GLIBC_TUNABLES", current.isEmpty ? tunables : "\(current):\(tunables)", 1)
    setenv(mark, String(getpid()), 1)
    startAgain(arguments)
  }

  /// Only returns where the kernel does not let us; the agent then runs on with what it has.
  private static func startAgain(_ arguments: [String]) {
    var path = [CChar](repeating: 0, count: 4096)
    guard readlink("/proc/self/exe", &path, path.count - 1) > 0 else { return }
    var pointers = arguments.map { strdup($0) }
    pointers.append(nil)
    execv(path, pointers)
    for pointer in pointers { free(pointer) }
  }

  /// Makes room for many clients.
  ///
  /// - Returns: how many connections fit beside the agent's own files.
  @discardableResult
  static func raiseFileLimit() -> Int { max(csystem_raise_file_limit(8192) - 128, 16) }
}
