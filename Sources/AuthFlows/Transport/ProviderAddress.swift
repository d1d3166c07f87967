/// Where a request goes, as far as we must understand it to let it go: https, or http on this machine.
struct ProviderAddress: Hashable {
  /// The host in lower case, an IPv6 literal in its brackets.
  var host: String
  /// Whether the host is this machine: 127.0.0.0/8, [::1] or `localhost` exactly (SECURITY 19).
  var isLoopback: Bool

  init(_ url: String) throws(TransportError) {
    let refused = TransportError.refusedAddress(ProviderAddress.withoutQuery(url))
    let isSecure = url.hasPrefix("https://")
    guard isSecure || url.hasPrefix("http://"), url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C }) else {
      throw refused
    }
    let rest = url.dropFirst(isSecure ? 8 : 7)
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard !authority.contains("@"), let host = ProviderAddress.host(of: authority) else { throw refused }
    self.host = host
    isLoopback = ProviderAddress.isLoopback(host)
    guard isSecure || isLoopback else { throw refused }
  }

  /// What may be shown of an address: neither a query nor, where there is an `@`, anything that may be a password.
  private static func withoutQuery(_ url: String) -> String {
    let path = url.prefix { $0 != "?" && $0 != "#" }
    return path.contains("@") ? "(an address with a user name in it)" : String(path.prefix(200))
  }

  private static func host(of authority: Substring) -> String? {
    let parts: (host: Substring, port: Substring)
    if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
      let literal = authority[...end]
      guard literal.dropFirst().dropLast().allSatisfy({ $0.isHexDigit || $0 == ":" }) else { return nil }
      parts = (literal, authority[authority.index(after: end)...])
    } else {
      let name = authority.prefix { $0 != ":" }
      guard name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" || $0 == "_" }) else { return nil }
      parts = (name, authority[name.endIndex...])
    }
    let digits = parts.port.dropFirst()
    let isPortFine = parts.port.isEmpty || (parts.port.hasPrefix(":") && UInt16(digits).map { $0 > 0 } ?? false)
    guard !parts.host.isEmpty, isPortFine else { return nil }
    return parts.host.lowercased()
  }

  private static func isLoopback(_ host: String) -> Bool {
    if host == "localhost" || host == "[::1]" { return true }
    let octets = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    return octets.count == 4 && octets.allSatisfy { $0 != nil } && octets.first == 127
  }
}
