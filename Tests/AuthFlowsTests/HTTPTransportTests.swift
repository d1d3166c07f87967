import NIOPosix
import SessionModel
import Testing

@testable import AuthFlows

@Suite("HTTP transport", .timeLimit(.minutes(2)))
struct HTTPTransportTests {
  @discardableResult
  private func withTransport<Result>(
    caFile: String? = nil, connect: Int64 = 5_000, request: Int64 = 10_000, proxy: ProxySettings? = nil,
    _ body: (HTTPTransport) async throws -> Result
  ) async throws -> Result {
    let transport = try HTTPTransport(
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton, caFile: caFile, connectTimeoutMilliseconds: connect,
      requestTimeoutMilliseconds: request, proxy: proxy)
    do {
      let result = try await body(transport)
      await transport.shutdown()
      return result
    } catch {
      await transport.shutdown()
      throw error
    }
  }

  private func post(_ port: Int, host: String = "127.0.0.1", scheme: String = "http") -> ProviderRequest {
    ProviderRequest(
      url: "\(scheme)://\(host):\(port)/", method: .post, headers: [("Content-Type", "application/x-amz-json-1.1")],
      body: Secret(copyingUTF8: "{\"a\":1}"))
  }

  private func answer(_ status: String, _ headers: String = "", _ body: String) -> RawServer.Behaviour {
    .send("HTTP/1.1 \(status)\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
  }

  private func fails(
    _ behaviour: RawServer.Behaviour, request: Int64 = 10_000
  ) async throws -> (error: TransportError, seen: RawServer.Log) {
    try await RawServer.running(behaviour) { server in
      try await withTransport(request: request) { transport in
        let error = await #expect(throws: TransportError.self) { _ = try await transport.send(post(server.port)) }
        return (try #require(error), server.seen)
      }
    }
  }

  @Test("a request arrives as written, an answer comes back with status, headers, date and body")
  func exchange() async throws {
    let behaviour = answer("400 Bad Request", "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nX-Amzn-ErrorType: A:\r\n", "{}é")
    try await RawServer.running(behaviour) { server in
      try await withTransport { transport in
        let response = try await transport.send(post(server.port, host: "localhost"))
        #expect(response.status == 400)
        #expect(response.header("x-amzn-errortype") == "A:")
        #expect(response.receivedDate == Timestamp(seconds: 784_111_777))
        #expect(response.body.revealString() == "{}é")
      }
      let request = try #require(server.seen.requests.first)
      #expect(request.hasPrefix("POST / HTTP/1.1\r\n"))
      #expect(request.lowercased().contains("\r\nhost: localhost:\(server.port)\r\n"))
      #expect(request.lowercased().contains("\r\ncontent-length: 7\r\n"))
      #expect(request.hasSuffix("\r\n\r\n{\"a\":1}"))
    }
  }

  @Test("SECURITY 19: a redirection is an error and is not followed", arguments: [301, 302, 303, 307, 308])
  func redirects(_ status: Int) async throws {
    try await RawServer.running(answer("200 OK", "", "{}")) { target in
      let (error, seen) = try await fails(
        answer("\(status) Elsewhere", "Location: http://127.0.0.1:\(target.port)/\r\n", ""))
      #expect(error == .redirected(host: "127.0.0.1", status: status))
      #expect(seen.requests.count == 1)
      #expect(target.seen.opened == 0)
    }
  }

  @Test("a server that never answers, or stops in the middle, is a timeout after sending")
  func timeouts() async throws {
    let timeout = TransportError.timeout(host: "127.0.0.1", afterSending: true)
    #expect(try await fails(.hang, request: 300).error == timeout)
    let half = RawServer.Behaviour.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"half\":")
    #expect(try await fails(half, request: 300).error == timeout)
  }

  @Test("a connection that ends before the answer did is a lost answer")
  func closed() async throws {
    let closed = TransportError.connectionClosed(host: "127.0.0.1", afterSending: true)
    #expect(try await fails(.sendAndClose("")).error == closed)
    #expect(try await fails(.sendAndClose("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")).error == closed)
    #expect(
      try await fails(.sendAndClose("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab")).error == closed)
  }

  @Test("an answer over the limit is given up, whether it says its length or not")
  func tooLarge() async throws {
    let limit = TransportError.tooLarge(host: "127.0.0.1", limit: HTTPTransport.bodyLimit)
    #expect(try await fails(.send("HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n")).error == limit)
    let chunk = String(repeating: "x", count: 1 << 16)
    let chunks = String(repeating: "10000\r\n\(chunk)\r\n", count: 17)
    #expect(try await fails(.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)")).error == limit)
  }

  @Test("what is not HTTP is malformed")
  func malformed() async throws {
    #expect(try await fails(.send("SSH-2.0-OpenSSH_9.2\r\n\r\n")).error == .malformed(host: "127.0.0.1"))
  }

  @Test("a port where nobody listens, and a name that does not exist, are told apart, at once")
  func unreachable() async throws {
    let port = try await RawServer.running(.hang) { $0.port }
    try await withTransport { transport in
      await #expect(throws: TransportError.connect(host: "127.0.0.1")) { _ = try await transport.send(post(port)) }
      await #expect(throws: TransportError.nameResolution(host: "nowhere.invalid")) {
        _ = try await transport.send(post(443, host: "nowhere.invalid", scheme: "https"))
      }
      // The kernel refuses to connect there at once, as it does to any address while the link is down.
      await #expect(throws: TransportError.connect(host: "255.255.255.255")) {
        _ = try await transport.send(post(443, host: "255.255.255.255", scheme: "https"))
      }
    }
  }

  @Test("SECURITY 19: no request leaves for an address that is not ours and not https")
  func refusedAddress() async throws {
    try await withTransport { transport in
      await #expect(throws: TransportError.refusedAddress("http://example.org:80/")) {
        _ = try await transport.send(post(80, host: "example.org"))
      }
    }
  }

  @Test("a request that is given up ends at once")
  func cancelled() async throws {
    try await RawServer.running(.hang) { server in
      try await withTransport { transport in
        let request = post(server.port)
        let task = Task { try await transport.send(request) }
        try await eventually { server.seen.requests.count == 1 }
        task.cancel()
        let result = await task.result
        #expect(throws: TransportError.cancelled) { _ = try result.get() }
      }
    }
  }

  @Test("an idle connection is closed soon, so that its buffers go")
  func idle() async throws {
    try await RawServer.running(answer("200 OK", "", "{}")) { server in
      try await withTransport { transport in
        _ = try await transport.send(post(server.port))
        _ = try await transport.send(post(server.port))
        #expect(server.seen.opened == 1)
        try await eventually { server.seen.closed == 1 }
      }
    }
  }

  @Test("TLS: the profile's CA file is trusted, for the names in the certificate only; without it nothing is sent")
  func tls() async throws {
    let certificate = try TestCertificate()
    let behaviour = answer("200 OK", "", "{}")
    try await RawServer.running(behaviour, certificate: certificate) { server in
      try await certificate.withFile { file in
        try await withTransport(caFile: file) { transport in
          for host in ["localhost", "127.0.0.1"] {
            let response = try await transport.send(post(server.port, host: host, scheme: "https"))
            #expect(response.status == 200)
          }
        }
      }
      #expect(server.seen.requests.count == 2)
      try await withTransport { transport in
        await #expect(throws: TransportError.tls(host: "localhost", detail: "its certificate is not trusted")) {
          _ = try await transport.send(post(server.port, host: "localhost", scheme: "https"))
        }
      }
      #expect(server.seen.requests.count == 2)
    }
  }

  @Test("TLS: a trusted certificate for another name gets nothing")
  func wrongName() async throws {
    let certificate = try TestCertificate(address: [127, 0, 0, 9])
    try await RawServer.running(.hang, certificate: certificate) { server in
      try await certificate.withFile { file in
        try await withTransport(caFile: file) { transport in
          let error = TransportError.tls(host: "127.0.0.1", detail: "its certificate is not for this name")
          await #expect(throws: error) { _ = try await transport.send(post(server.port, scheme: "https")) }
        }
      }
      #expect(server.seen.requests.isEmpty)
    }
  }

  @Test("TLS: a server that speaks something else is told so")
  func noTLS() async throws {
    try await RawServer.running(.hang, greeting: "SSH-2.0-OpenSSH_9.2\r\n") { server in
      try await withTransport { transport in
        await #expect(throws: TransportError.tls(host: "127.0.0.1", detail: "the handshake failed")) {
          _ = try await transport.send(post(server.port, scheme: "https"))
        }
      }
    }
  }

  @Test("TLS: a server that says nothing is a timeout before sending")
  func tlsHandshake() async throws {
    try await RawServer.running(.hang) { server in
      try await withTransport(connect: 300) { transport in
        await #expect(throws: TransportError.timeout(host: "127.0.0.1", afterSending: false)) {
          _ = try await transport.send(post(server.port, scheme: "https"))
        }
      }
    }
  }

  @Test("a CA file that holds no certificate is named", arguments: ["/nonexistent/ca.pem", "/dev/null"])
  func caFile(_ path: String) {
    #expect(throws: HTTPTransport.SetupError.caFile(path)) {
      _ = try HTTPTransport(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, caFile: path)
    }
  }

  @Test("https goes through the proxy, with its credentials; this machine does not")
  func proxy() async throws {
    try await RawServer.running(.send("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")) {
      server in
      let settings = try #require(
        try ProxySettings(httpsProxy: "http://me:pw@127.0.0.1:\(server.port)", noProxy: nil))
      try await withTransport(proxy: settings) { transport in
        await #expect(throws: TransportError.proxy(host: "nowhere.invalid")) {
          _ = try await transport.send(post(443, host: "nowhere.invalid", scheme: "https"))
        }
        try await RawServer.running(answer("200 OK", "", "{}")) { direct in
          _ = try await transport.send(post(direct.port))
        }
      }
      #expect(server.seen.requests.count == 1)
      let request = try #require(server.seen.requests.first)
      #expect(request.hasPrefix("CONNECT nowhere.invalid:443 HTTP/1.1\r\n"))
      #expect(request.contains("Basic bWU6cHc="))
      #expect(!request.contains("{\"a\":1}"))
    }
  }

  /// Waits for something that must come about, at most 10 seconds.
  private func eventually(_ condition: () -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(10)
    while !condition() {
      try #require(ContinuousClock.now < deadline)
      try await Task.sleep(for: .milliseconds(10))
    }
  }
}
