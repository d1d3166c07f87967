/// An http or https address taken apart as far as our rules need it.
struct WebAddress {
  var isHTTPS: Bool
  var host: String
  /// Whether there is a query or a fragment.
  var hasMore: Bool

  /// Nil where the text is no absolute http(s) address, or carries user information.
  init?(_ text: String) {
    let rest: Substring
    if text.hasPrefix("https://") {
      isHTTPS = true
      rest = text.dropFirst(8)
    } else if text.hasPrefix("http://") {
      isHTTPS = false
      rest = text.dropFirst(7)
    } else {
      return nil
    }
    hasMore = rest.contains("?") || rest.contains("#")
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard !authority.isEmpty, !authority.contains("@"), !authority.contains("\\") else { return nil }
    guard let split = WebAddress.split(authority) else { return nil }
    host = split.host.lowercased()
    if let port = split.port, UInt16(port) == nil { return nil }
  }

  /// 127.0.0.0/8, [::1] or the exact name `localhost`; decided without DNS (SECURITY 19).
  var isLoopback: Bool {
    if host == "localhost" || host == "[::1]" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == "127" else { return false }
    return parts.allSatisfy { UInt8($0) != nil && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
  }

  /// A letter, digit or `_`.
  static func isWord(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
  }

  private static func split(_ authority: Substring) -> (host: Substring, port: Substring?)? {
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { return nil }
      let after = authority[authority.index(after: end)...]
      guard after.isEmpty || after.hasPrefix(":") else { return nil }
      return (authority[...end], after.isEmpty ? nil : after.dropFirst())
    }
    let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, !parts[0].isEmpty else { return nil }
    return (parts[0], parts.count == 2 ? parts[1] : nil)
  }
}
