internal import AsyncHTTPClient
public import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import SessionModel

/// The real network: HTTP/1.1 over TLS (plain only to this machine), no redirects, no cookies, nothing logged.
///
/// Connections are closed after a second of idleness, so that the buffers which carried secrets go. `shutdown` must be
/// called before the last reference goes.
public final class HTTPTransport: ProviderTransport {
  /// The largest body that is read.
  public static let bodyLimit = 1 << 20

  private let direct: HTTPClient
  private let proxied: HTTPClient?
  private let proxy: ProxySettings?
  private let requestTimeoutMilliseconds: Int64
  private let loop: any EventLoop

  /// Why a transport can't be made.
  public enum SetupError: Error, Hashable, CustomStringConvertible {
    /// The CA file is missing, not readable or holds no certificate.
    case caFile(String)

    /// The error in a sentence.
    public var description: String {
      switch self {
      case .caFile(let path): "The CA file \(path) can't be read as PEM certificates."
      }
    }
  }

  /// A transport on that event loop group.
  ///
  /// - Parameter caFile: PEM certificates to trust instead of the system's.
  public init(
    eventLoopGroup: any EventLoopGroup, caFile: String? = nil, connectTimeoutMilliseconds: Int64 = 5_000,
    requestTimeoutMilliseconds: Int64 = 10_000, proxy: ProxySettings? = nil
  ) throws(SetupError) {
    var configuration = HTTPClient.Configuration()
    configuration.tlsConfiguration = try HTTPTransport.tls(caFile: caFile)
    configuration.redirectConfiguration = .disallow
    configuration.httpVersion = .http1Only
    configuration.decompression = .disabled
    configuration.dnsOverride = ["localhost": "127.0.0.1"]
    configuration.timeout = .init(
      connect: .milliseconds(connectTimeoutMilliseconds), read: .milliseconds(requestTimeoutMilliseconds))
    configuration.connectionPool = .init(idleTimeout: .seconds(1))
    // A failure is told at once; when to try again is the session's decision.
    configuration.connectionPool.retryConnectionEstablishment = false
    direct = HTTPClient(eventLoopGroupProvider: .shared(eventLoopGroup), configuration: configuration)
    configuration.proxy = proxy.map(HTTPTransport.proxy)
    proxied = proxy.map { _ in
      HTTPClient(eventLoopGroupProvider: .shared(eventLoopGroup), configuration: configuration)
    }
    self.proxy = proxy
    self.requestTimeoutMilliseconds = requestTimeoutMilliseconds
    loop = eventLoopGroup.next()
  }

  /// Closes all connections; requests under way end with `cancelled`.
  public func shutdown() async {
    // It fails only when called twice.
    try? await direct.shutdown()
    try? await proxied?.shutdown()
  }

  /// Sends a request and reads its answer whole, within its time.
  public func send(_ request: ProviderRequest) async throws(TransportError) -> ProviderResponse {
    let address = try ProviderAddress(request.url)
    let client = (proxy?.applies(to: address) ?? false) ? proxied ?? direct : direct
    let limit = request.timeoutMilliseconds ?? requestTimeoutMilliseconds
    do {
      return try await withThrowingTaskGroup(of: ProviderResponse.self) { group in
        defer { group.cancelAll() }
        group.addTask { try await HTTPTransport.exchange(request, with: address.host, by: client, within: limit) }
        group.addTask {
          try await HTTPTransport.wait(limit, on: self.loop)
          throw TransportError.timeout(host: address.host, afterSending: true)
        }
        guard let response = try await group.next() else { throw TransportError.cancelled }
        return response
      }
    } catch {
      // Given up, whatever the network makes of it.
      throw Task.isCancelled ? .cancelled : TransportError(error, host: address.host)
    }
  }

  /// On the event loop: Swift's own sleep would wake up libdispatch, which then never quite sleeps again.
  private static func wait(_ milliseconds: Int64, on loop: any EventLoop) async throws {
    let timer = loop.scheduleTask(in: .milliseconds(milliseconds)) {}
    try await withTaskCancellationHandler {
      try await timer.futureResult.get()
    } onCancel: {
      timer.cancel()
    }
  }

  private static func exchange(
    _ request: ProviderRequest, with host: String, by client: HTTPClient, within milliseconds: Int64
  ) async throws -> ProviderResponse {
    var message = HTTPClientRequest(url: request.url)
    message.method = HTTPMethod(rawValue: request.method.rawValue)
    message.headers = HTTPHeaders(request.headers)
    message.headers.add(name: "User-Agent", value: "session-agent")
    if request.method == .post {
      message.body = .bytes(request.body.withRevealedBytes { ByteBuffer(bytes: $0) })
    }
    let response = try await client.execute(message, timeout: .milliseconds(milliseconds))
    let status = Int(response.status.code)
    guard !(300..<400).contains(status) else { throw TransportError.redirected(host: host, status: status) }
    let body = try await read(response, from: host)
    return ProviderResponse(status: status, headers: response.headers.map { ($0.name, $0.value) }, body: body)
  }

  /// The body, straight from the read buffers into guarded memory.
  private static func read(_ response: HTTPClientResponse, from host: String) async throws -> Secret {
    let announced = response.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
    guard announced <= bodyLimit else { throw TransportError.tooLarge(host: host, limit: bodyLimit) }
    var parts: [ByteBuffer] = []
    var count = 0
    for try await part in response.body {
      count += part.readableBytes
      guard count <= bodyLimit else { throw TransportError.tooLarge(host: host, limit: bodyLimit) }
      parts.append(part)
    }
    // A cancelled read ends early and without an error.
    try Task.checkCancellation()
    return Secret(count: count) { output in
      var position = 0
      for part in parts {
        part.withUnsafeReadableBytes { bytes in
          UnsafeMutableRawBufferPointer(rebasing: output[position...]).copyMemory(from: bytes)
          position += bytes.count
        }
      }
    }
  }

  private static func tls(caFile: String?) throws(SetupError) -> TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    // A peer that does not say goodbye keeps the connection's buffers, and what is in them, no longer than this.
    configuration.shutdownTimeout = .milliseconds(500)
    configuration.minimumTLSVersion = .tlsv12
    guard let caFile else { return configuration }
    guard let certificates = try? NIOSSLCertificate.fromPEMFile(caFile), !certificates.isEmpty else {
      throw .caFile(caFile)
    }
    configuration.trustRoots = .certificates(certificates)
    return configuration
  }

  private static func proxy(_ settings: ProxySettings) -> HTTPClient.Configuration.Proxy {
    guard let (user, password) = settings.credentials else {
      return .server(host: settings.host, port: settings.port)
    }
    return .server(
      host: settings.host, port: settings.port,
      authorization: .basic(username: user.revealString(), password: password.revealString()))
  }
}
