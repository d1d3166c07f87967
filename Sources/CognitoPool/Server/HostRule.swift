/// Which names this server answers to: other names reach it only by DNS rebinding.
struct HostRule: Sendable {
  let address: String
  let port: Int
  /// The host of `--public-url`.
  let publicHost: String?

  /// By any loopback name, or the public one, whatever the port.
  func admits(_ host: String?) -> Bool {
    guard let host, let name = Self.name(of: host.lowercased()) else { return false }
    return Self.isLoopback(name) || name == publicHost
  }

  /// `/_control`: exactly where it listens.
  func admitsControl(_ host: String?) -> Bool {
    host == "\(address):\(port)" || host == "localhost:\(port)"
  }

  /// 127.0.0.0/8, ::1 and the very name `localhost`.
  static func isLoopback(_ name: String) -> Bool {
    if name == "localhost" || name == "[::1]" || name == "::1" { return true }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127"
      && parts.allSatisfy { part in UInt8(part).map { "\($0)" == part } ?? false }
  }

  private static func name(of host: String) -> String? {
    if host.hasPrefix("[") {
      guard let end = host.firstIndex(of: "]") else { return nil }
      return String(host[...end])
    }
    let parts = host.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.count == 1 || UInt16(parts[1]) != nil else { return nil }
    return String(parts[0])
  }
}
