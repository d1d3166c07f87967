public import SessionModel

/// The network, as the flows see it: one request, one answer, no redirects.
public protocol ProviderTransport: Sendable {
  /// Sends a request and reads its answer whole.
  func send(_ request: ProviderRequest) async throws(TransportError) -> ProviderResponse
}

/// A request to a provider.
public struct ProviderRequest: Sendable {
  /// The HTTP methods that the flows use.
  public enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
  }

  /// Where to.
  public var url: String
  /// How.
  public var method: Method
  /// The header fields, beside Host and Content-Length.
  public var headers: [(String, String)]
  /// The body.
  public var body: Secret
  /// How long the whole exchange may take; nil for the transport's own limit.
  public var timeoutMilliseconds: Int64?

  /// A request.
  public init(
    url: String, method: Method, headers: [(String, String)] = [], body: Secret = Secret(copying: [UInt8]()),
    timeoutMilliseconds: Int64? = nil
  ) {
    self.url = url
    self.method = method
    self.headers = headers
    self.body = body
    self.timeoutMilliseconds = timeoutMilliseconds
  }
}

/// A provider's answer.
public struct ProviderResponse: Sendable {
  /// The HTTP status.
  public var status: Int
  /// The header fields as received.
  public var headers: [(String, String)]
  /// The body.
  public var body: Secret

  /// An answer.
  public init(status: Int, headers: [(String, String)] = [], body: Secret) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The first field of that name, whatever its case (RFC 9110 §5.1).
  public func header(_ name: String) -> String? {
    headers.first { $0.0.lowercased() == name.lowercased() }?.1
  }

  /// The answer's `Date` (RFC 9110 §6.6.1): the provider's clock.
  public var receivedDate: Timestamp? { header("date").flatMap(Timestamp.init(httpDate:)) }
}
