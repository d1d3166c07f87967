import Foundation
import NIOSSL

/// What a start reads from its configuration, and what it says when it is done.
extension PoolStart {
  func readSeed() throws(PoolStartError) -> Seed? {
    guard let path = configuration.seedFile else { return nil }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .configuration("seed: cannot read \(path)")
    }
    do {
      return try Seed(parsing: [UInt8](data))
    } catch {
      throw .configuration("seed \(path): \(error)")
    }
  }

  func tlsContext() throws(PoolStartError) -> NIOSSLContext? {
    switch (configuration.tlsCertificate, configuration.tlsKey) {
    case (nil, nil): return nil
    case (.some, nil), (nil, .some): throw .usage("--tls-cert and --tls-key go together")
    case (let certificate?, let key?):
      do {
        let chain = try NIOSSLCertificate.fromPEMFile(certificate).map { NIOSSLCertificateSource.certificate($0) }
        let privateKey = try NIOSSLPrivateKey(file: key, format: .pem)
        return try NIOSSLContext(
          configuration: .makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(privateKey)))
      } catch {
        throw .configuration("cannot use the certificate \(certificate) with the key \(key): \(error)")
      }
    }
  }

  /// The given URL without a slash at its end.
  func publicURL() throws(PoolStartError) -> String? {
    guard let text = configuration.publicURL else { return nil }
    guard let parts = URLComponents(string: text), ["http", "https"].contains(parts.scheme ?? ""),
      let host = parts.host, !host.isEmpty, parts.query == nil, parts.fragment == nil
    else { throw .usage("--public-url takes an http or https URL without query") }
    return text.hasSuffix("/") ? String(text.dropLast()) : text
  }

  func readyLine(_ service: PoolService, url: String, data: String) async throws -> String {
    let pools = await service.userPools.values.sorted { $0.id < $1.id }
    return try JSON.object([
      "url": .string(url), "data": .string(data), "pid": .integer(Int(getpid())),
      "pools": .array(
        pools.map { pool in
          .object([
            "user_pool_id": .string(pool.id), "issuer": .string("\(url)/\(pool.id)"),
            "hosted_ui": .string("\(url)/\(pool.id)/ui"), "clients": .strings(pool.clients.keys.sorted()),
          ])
        }),
    ]).encodedText()
  }
}
