internal import SessionModel

/// The proxy that https requests go through (`HTTPS_PROXY`, `NO_PROXY`). Requests to this machine never do.
public struct ProxySettings: Sendable {
  /// The proxy's host.
  public let host: String
  /// The proxy's port.
  public let port: Int
  /// The hosts, or the ends of their names, that are reached without it; `*` is all.
  let exceptions: [String]
  /// Name and password for the proxy.
  let credentials: (user: Secret, password: Secret)?

  /// Why the variable can't be used. It is not shown: a proxy's credentials are in it.
  public enum Failure: Error, Hashable, CustomStringConvertible {
    /// Not `[http://][user:password@]host[:port]`.
    case malformed

    /// The error in a sentence.
    public var description: String { "HTTPS_PROXY is not of the form http://[user:password@]host:port. Correct it." }
  }

  /// Reads the two variables; nil where there is no proxy.
  public init?(httpsProxy: String?, noProxy: String?) throws(Failure) {
    guard var text = httpsProxy.map({ Substring($0) }), !text.isEmpty else { return nil }
    if let scheme = text.range(of: "://") {
      guard text[..<scheme.lowerBound].lowercased() == "http" else { throw .malformed }
      text = text[scheme.upperBound...]
    }
    if text.hasSuffix("/") { text = text.dropLast() }
    var credentials: (Secret, Secret)?
    if let at = text.lastIndex(of: "@") {
      let parts = text[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard let user = ProxySettings.decoded(parts[0]),
        let password = ProxySettings.decoded(parts.dropFirst().first ?? "")
      else { throw .malformed }
      credentials = (user, password)
      text = text[text.index(after: at)...]
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, let host = parts.first, !host.isEmpty, !host.contains("/"),
      let port = parts.count == 2 ? UInt16(parts[1]) : 8080, port > 0
    else { throw .malformed }
    self.host = String(host)
    self.port = Int(port)
    self.credentials = credentials
    exceptions = (noProxy ?? "").split { $0 == "," || $0 == " " }.map { $0.lowercased() }
  }

  /// Whether requests to that host go through the proxy.
  func applies(to address: ProviderAddress) -> Bool {
    guard !address.isLoopback else { return false }
    return !exceptions.contains { exception in
      let name = exception.hasPrefix(".") ? String(exception.dropFirst()) : exception
      return exception == "*" || address.host == name || address.host.hasSuffix(".\(name)")
    }
  }

  private static func decoded(_ text: Substring) -> Secret? {
    var output: [UInt8] = []
    var rest = Substring(text).utf8
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        output.append(byte)
        continue
      }
      guard rest.count >= 2, let value = UInt8(String(Substring(rest.prefix(2))), radix: 16) else { return nil }
      output.append(value)
      rest = rest.dropFirst(2)
    }
    return Secret(copying: output)
  }
}

extension ProxySettings: CustomStringConvertible, CustomReflectable {
  /// Host and port; never the credentials.
  public var description: String { "\(host):\(port)" }
  /// Host and port; never the credentials.
  public var customMirror: Mirror { Mirror(self, children: ["host": host, "port": port]) }
}

extension Substring {
  /// The first occurrence of a string.
  fileprivate func range(of text: String) -> Range<Index>? {
    indices.first { self[$0...].hasPrefix(text) }.map { $0..<index($0, offsetBy: text.count) }
  }
}
