/// What a started agent gets of its starter's environment: where the user's things are, how to reach the desktop and
/// the network, the language; nothing else, so that a secret in a shell's environment stays there.
enum AgentEnvironment {
  private static let names: Set<String> = [
    "HOME", "USER", "LOGNAME", "PATH", "TMPDIR", "TZ", "LANG", "LANGUAGE", "SESSION_AGENT_SOCK",
    "DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "HTTPS_PROXY", "https_proxy", "NO_PROXY",
    "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR",
  ]
  private static let prefixes = ["XDG_", "LC_"]

  /// The entries that are handed on, and that a crash shows no memory (Swift prints registers and memory by default).
  static func reduce(_ entries: [String]) -> [String] {
    entries.filter { entry in
      let name = String(entry.prefix { $0 != "=" })
      return names.contains(name) || prefixes.contains { name.hasPrefix($0) }
    } + ["SWIFT_BACKTRACE=enable=no"]
  }
}
