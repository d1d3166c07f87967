internal import AsyncHTTPClient
internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

extension TransportError {
  /// What an error of the network's libraries means. What is not known is taken for a connection that ended after the
  /// request was sent: the careful guess.
  init(_ error: any Error, host: String) {
    switch error {
    case let error as TransportError: self = error
    case is CancellationError: self = .cancelled
    case let error as HTTPClientError: self = TransportError.client(error, host)
    case let error as NIOConnectionError: self = TransportError.connection(error, host)
    case is SocketAddressError: self = .nameResolution(host: host)
    case let error as NIOSSLError: self = TransportError.tls(error, host)
    case is NIOSSLExtraError, is BoringSSLError: self = .tls(host: host, detail: "its certificate is not for this name")
    case HTTPParserError.invalidEOFState: self = .connectionClosed(host: host, afterSending: true)
    case is HTTPParserError: self = .malformed(host: host)
    case let error as ChannelError: self = TransportError.channel(error, host)
    case let error as IOError where TransportError.connecting.contains(error.errnoCode): self = .connect(host: host)
    default: self = .connectionClosed(host: host, afterSending: true)
    }
  }

  /// What Linux says only of a connection that does not come about: of one that stands it keeps such news to itself and
  /// sends again, for longer than any request lasts. An address given as such fails with these alone.
  private static let connecting: Set<CInt> = [
    ECONNREFUSED, ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN, EADDRNOTAVAIL, EAFNOSUPPORT, EACCES, EPERM, EMFILE,
    ENFILE,
  ]

  private static func client(_ error: HTTPClientError, _ host: String) -> TransportError {
    switch error {
    case .connectTimeout, .tlsHandshakeTimeout, .httpProxyHandshakeTimeout, .socksHandshakeTimeout,
      .getConnectionFromPoolTimeout:
      .timeout(host: host, afterSending: false)
    case .readTimeout, .writeTimeout, .deadlineExceeded: .timeout(host: host, afterSending: true)
    case .proxyAuthenticationRequired, .invalidProxyResponse: .proxy(host: host)
    case .cancelled, .alreadyShutdown: .cancelled
    case .invalidURL, .emptyHost, .emptyScheme: .refusedAddress(host)
    default: .connectionClosed(host: host, afterSending: true)
    }
  }

  private static func connection(_ error: NIOConnectionError, _ host: String) -> TransportError {
    let isUnresolved = error.connectionErrors.isEmpty && (error.dnsAError != nil || error.dnsAAAAError != nil)
    return isUnresolved ? .nameResolution(host: host) : .connect(host: host)
  }

  private static func tls(_ error: NIOSSLError, _ host: String) -> TransportError {
    switch error {
    case .uncleanShutdown: return .connectionClosed(host: host, afterSending: true)
    case .handshakeFailed(let cause):
      let isUntrusted = String(describing: cause).contains("CERTIFICATE_VERIFY_FAILED")
      return .tls(host: host, detail: isUntrusted ? "its certificate is not trusted" : "the handshake failed")
    default: return .tls(host: host, detail: "the handshake failed")
    }
  }

  private static func channel(_ error: ChannelError, _ host: String) -> TransportError {
    switch error {
    case .connectTimeout: .timeout(host: host, afterSending: false)
    case .connectPending, .operationUnsupported: .connect(host: host)
    default: .connectionClosed(host: host, afterSending: true)
    }
  }
}
