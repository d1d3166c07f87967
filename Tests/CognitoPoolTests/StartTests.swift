import Foundation
import Testing

@testable import CognitoPool

@Suite struct StartTests {
  private func failure(_ change: (inout PoolConfiguration) -> Void) async -> PoolStartError? {
    var configuration = PoolConfiguration()
    change(&configuration)
    do {
      let server = try await PoolServer.start(configuration) { _ in }
      await server.stop()
      return nil
    } catch {
      return error
    }
  }

  @Test func `a start that can't be says what to mend`() async throws {
    let usage = await failure { $0.tlsCertificate = "cert.pem" }
    guard case .usage("--tls-cert and --tls-key go together") = usage else {
      Issue.record("\(String(describing: usage))")
      return
    }
    let url = await failure { $0.publicURL = "ftp://example.org" }
    guard case .usage = url else {
      Issue.record("\(String(describing: url))")
      return
    }
    let seed = await failure { $0.seedFile = "/nowhere/seed.json" }
    guard case .configuration("seed: cannot read /nowhere/seed.json") = seed else {
      Issue.record("\(String(describing: seed))")
      return
    }
    let certificate = await failure {
      $0.tlsCertificate = "/nowhere/cert.pem"
      $0.tlsKey = "/nowhere/key.pem"
    }
    guard case .configuration = certificate else {
      Issue.record("\(String(describing: certificate))")
      return
    }
  }

  @Test func `a port that is taken is named`() async throws {
    try await LivePool.with { pool async throws in
      let error = await failure { $0.listen = ListenAddress("127.0.0.1:\(pool.port)") }
      #expect(error?.description == "127.0.0.1:\(pool.port): cannot listen: Address already in use")
    }
  }

  @Test(arguments: [
    ("127.0.0.1:80", true), ("localhost:0", true), ("[::1]:80", true), ("127.1.2.3:65535", true), ("0.0.0.0:80", false),
    ("192.168.1.1:80", false), ("127.0.0.1", false), ("127.0.0.1:65536", false), ("[::]:80", false), (":80", false),
    ("example.org:80", false), ("::1:80", false),
  ])
  func `only loopback addresses with a port can be listened on`(text: String, isGood: Bool) {
    #expect((ListenAddress(text) != nil) == isGood)
  }

  @Test func `issuers begin with the public URL where one is given`() async throws {
    var configuration = PoolConfiguration()
    configuration.publicURL = "https://pool.example.org/"
    let server = try await PoolServer.start(configuration) { _ in }
    #expect(server.url == "https://pool.example.org")
    await server.stop()
  }
}
