import CSystemCalls
import Glibc
import SessionAgentClient

/// The program that opens a page.
struct Browser {
  private let program: String

  /// `BROWSER`, else `xdg-open` where there is a display; nil where there is neither, or `BROWSER=none`.
  init?(_ environment: Environment) {
    if let chosen = environment["BROWSER"] {
      guard chosen != "none" else { return nil }
      program = chosen
    } else if environment["DISPLAY"] ?? environment["WAYLAND_DISPLAY"] != nil {
      program = "xdg-open"
    } else {
      return nil
    }
  }

  /// Whether an address may be opened: https, or http to this machine itself. So it never begins with `-`.
  static func isSafe(_ url: String) -> Bool {
    if url.hasPrefix("https://") { return true }
    guard url.hasPrefix("http://") else { return false }
    let authority = url.dropFirst("http://".count).prefix { !"/?#".contains($0) }
    guard !authority.contains("@") else { return false }
    if authority.hasPrefix("[::1]") { return true }
    let host = authority.prefix { $0 != ":" }
    let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    return host == "localhost" || (numbers.count == 4 && numbers[0] == 127 && numbers.allSatisfy { $0 != nil })
  }

  /// Runs the program with the address as its one argument, without a shell.
  func open(_ url: String) {
    guard let name = strdup(program), let address = strdup(url) else { return }
    defer {
      free(name)
      free(address)
    }
    var pid: pid_t = 0
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The browser outlives us and must not inherit the signals that we block.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    if posix_spawnp(&pid, program, nil, &attributes, [name, address, nil], csystem_environment()) != 0 {
      Output.error("agentctl: \(program) can't be run; open the address yourself.")
    }
  }
}
