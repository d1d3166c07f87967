/// Why a request got no usable HTTP answer. Each case is a sentence for a person; none shows a header, body or query.
public enum TransportError: Error, Hashable, Sendable {
  /// The address is not one that a secret may be sent to.
  case refusedAddress(String)
  /// The host's name did not resolve.
  case nameResolution(host: String)
  /// No connection came about.
  case connect(host: String)
  /// No trusted TLS connection came about.
  case tls(host: String, detail: String)
  /// The proxy did not let the request through.
  case proxy(host: String)
  /// The answer, or the connection, took too long.
  case timeout(host: String, afterSending: Bool)
  /// The connection ended before the answer did.
  case connectionClosed(host: String, afterSending: Bool)
  /// The answer is larger than any that the provider gives.
  case tooLarge(host: String, limit: Int)
  /// The answer points elsewhere; secrets do not follow.
  case redirected(host: String, status: Int)
  /// What came is not HTTP.
  case malformed(host: String)
  /// The request was given up by us.
  case cancelled

  /// Whether the provider may have acted on the request although its answer never came.
  public var mayHaveBeenProcessed: Bool {
    switch self {
    case .refusedAddress, .nameResolution, .connect, .tls, .proxy: false
    case .timeout(_, let afterSending), .connectionClosed(_, let afterSending): afterSending
    case .tooLarge, .redirected, .malformed, .cancelled: true
    }
  }
}

extension TransportError: CustomStringConvertible {
  /// The error in a sentence, and what to look at.
  public var description: String {
    switch self {
    case .refusedAddress(let address):
      "\"\(address)\" is neither an https address nor an http one of this machine. Correct it in the profile."
    case .nameResolution(let host): "The name \(host) cannot be resolved. Check the network."
    case .connect(let host): "No connection to \(host) could be made. Check the network."
    case .tls(let host, let detail):
      "No trusted TLS connection to \(host) could be made: \(detail). Is the network behind a sign-in page? "
        + "If the certificate is of an authority of your own, set ca_file in the profile."
    case .proxy(let host): "The proxy did not let a connection to \(host) through. Check HTTPS_PROXY."
    case .timeout(let host, afterSending: false): "Connecting to \(host) took too long."
    case .timeout(let host, afterSending: true): "\(host) did not answer in time."
    case .connectionClosed(let host, afterSending: false): "\(host) closed the connection before the request was sent."
    case .connectionClosed(let host, afterSending: true): "\(host) closed the connection before it had answered."
    case .tooLarge(let host, let limit): "The answer of \(host) is larger than \(limit) bytes."
    case .redirected(let host, let status):
      "\(host) answered with a redirection (HTTP \(status)), which is not followed. Is there a sign-in page?"
    case .malformed(let host): "What \(host) answered is not HTTP."
    case .cancelled: "The request was given up."
    }
  }
}
