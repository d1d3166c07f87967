internal import AuthFlows
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import SessionModel

/// The network: one transport for each set of trusted certificates, made anew when the settings are read again.
final class Transports: Sendable {
  private let group: any EventLoopGroup
  private let proxy: ProxySettings?
  private let ownAuthorities: String?
  private let state: NIOLockedValueBox<State>

  /// What is in use, and what only ends its requests.
  private struct State {
    var settings: Settings
    var made: [String?: HTTPTransport] = [:]
    var retired: [HTTPTransport] = []
  }

  /// Reads the variables that the network has (CONTRACT §3); an empty one is as good as none.
  init(group: any EventLoopGroup, settings: Settings, environment: [String: String]) throws {
    func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    self.group = group
    ownAuthorities = variable("SSL_CERT_FILE")
    state = NIOLockedValueBox(State(settings: settings))
    do throws(ProxySettings.Failure) {
      proxy = try ProxySettings(
        httpsProxy: variable("HTTPS_PROXY") ?? variable("https_proxy"),
        noProxy: variable("NO_PROXY") ?? variable("no_proxy"))
    } catch {
      throw Problem(.badConfiguration, error.description)
    }
  }

  /// Whether providers are reached through a proxy, which may be there where nothing else is.
  var hasProxy: Bool { proxy != nil }

  /// A transport that trusts the certificates in that file: else those of SSL_CERT_FILE, else the system's.
  ///
  /// - Throws: `Problem` (`bad_configuration`).
  func transport(caFile: String?) throws -> any ProviderTransport {
    _ = try current(caFile)
    return CurrentTransport(transports: self, caFile: caFile)
  }

  /// From now on these settings hold; files with certificates are read again. Requests under way go on as they began.
  func use(_ settings: Settings) {
    let (retired, longest) = state.withLockedValue { state in
      let retired = Array(state.made.values)
      let longest = state.settings.connectTimeoutSeconds + state.settings.requestTimeoutSeconds
      state.made = [:]
      state.retired += retired
      state.settings = settings
      return (retired, longest)
    }
    guard !retired.isEmpty else { return }
    group.next().scheduleTask(in: .seconds(Int64(longest) + 1)) { Task { await self.end(retired) } }
  }

  func shutdown() async {
    let all = state.withLockedValue { state in
      defer { (state.made, state.retired) = ([:], []) }
      return Array(state.made.values) + state.retired
    }
    for transport in all { await transport.shutdown() }
  }

  private func end(_ transports: [HTTPTransport]) async {
    let ours = state.withLockedValue { state in
      let ours = state.retired.filter { one in transports.contains { $0 === one } }
      state.retired.removeAll { one in ours.contains { $0 === one } }
      return ours
    }
    for transport in ours { await transport.shutdown() }
  }

  fileprivate func current(_ caFile: String?) throws -> HTTPTransport {
    try state.withLockedValue { state in
      if let transport = state.made[caFile] { return transport }
      do throws(HTTPTransport.SetupError) {
        let transport = try HTTPTransport(
          eventLoopGroup: group, caFile: caFile ?? ownAuthorities,
          connectTimeoutMilliseconds: Int64(state.settings.connectTimeoutSeconds) * 1000,
          requestTimeoutMilliseconds: Int64(state.settings.requestTimeoutSeconds) * 1000, proxy: proxy)
        state.made[caFile] = transport
        return transport
      } catch {
        let whose = caFile == nil ? "SSL_CERT_FILE, and start the agent anew" : "ca_file in the profile"
        throw Problem(.badConfiguration, "\(error.description) Correct \(whose).")
      }
    }
  }
}

/// Sends each request by the settings of its time: a login may last longer than they do.
private struct CurrentTransport: ProviderTransport {
  let transports: Transports
  let caFile: String?

  func send(_ request: ProviderRequest) async throws(TransportError) -> ProviderResponse {
    let transport: HTTPTransport
    do {
      transport = try transports.current(caFile)
    } catch {
      throw .tls(host: request.url, detail: "its authorities can't be read")
    }
    return try await transport.send(request)
  }
}
