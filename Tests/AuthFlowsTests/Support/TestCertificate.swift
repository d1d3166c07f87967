import COpenSSL
import Foundation
import NIOSSL

/// A self-signed certificate for `localhost` and an address, made for one test.
final class TestCertificate: Sendable {
  let certificatePEM: String
  let keyPEM: String

  struct Failed: Error {}

  init(address: [UInt8] = [127, 0, 0, 1]) throws {
    let key = try SigningKey.makeKey()
    guard let certificate = X509_new() else { throw Failed() }
    defer {
      EVP_PKEY_free(key)
      X509_free(certificate)
    }
    X509_set_version(certificate, 2)
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1)
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600)
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600)
    X509_set_pubkey(certificate, key)
    let name = X509_get_subject_name(certificate)
    X509_NAME_add_entry_by_txt(name, "CN", 0x1001, "localhost", -1, -1, 0)
    X509_set_issuer_name(certificate, name)
    try TestCertificate.addNames(address, to: certificate)
    guard X509_sign(certificate, key, EVP_sha256()) > 0 else { throw Failed() }
    certificatePEM = try TestCertificate.text { PEM_write_bio_X509($0, certificate) }
    keyPEM = try TestCertificate.text { PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) }
  }

  /// subjectAltName: DNS localhost, an IPv4 address (RFC 5280 §4.2.1.6, in DER).
  private static func addNames(_ address: [UInt8], to certificate: OpaquePointer) throws {
    let names: [UInt8] = [0x30, 0x11, 0x82, 0x09] + Array("localhost".utf8) + [0x87, 0x04] + address
    let octets = ASN1_OCTET_STRING_new()
    defer { ASN1_OCTET_STRING_free(octets) }
    ASN1_OCTET_STRING_set(octets, names, Int32(names.count))
    guard let identifier = X509_EXTENSION_create_by_NID(nil, NID_subject_alt_name, 0, octets) else { throw Failed() }
    defer { X509_EXTENSION_free(identifier) }
    guard X509_add_ext(certificate, identifier, -1) == 1 else { throw Failed() }
  }

  private static func text(_ write: (OpaquePointer) -> Int32) throws -> String {
    guard let output = BIO_new(BIO_s_mem()) else { throw Failed() }
    defer { BIO_free(output) }
    guard write(output) == 1 else { throw Failed() }
    var bytes = [UInt8](repeating: 0, count: 16_384)
    let count = BIO_read(output, &bytes, Int32(bytes.count))
    return String(decoding: bytes.prefix(Int(max(0, count))), as: UTF8.self)
  }

  func serverContext() throws -> NIOSSLContext {
    let certificate = try NIOSSLCertificate(bytes: Array(certificatePEM.utf8), format: .pem)
    let key = try NIOSSLPrivateKey(bytes: Array(keyPEM.utf8), format: .pem)
    return try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: [.certificate(certificate)], privateKey: .privateKey(key)))
  }

  /// Lends a file with the certificate.
  func withFile<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ca-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("ca.pem")
    try Data(certificatePEM.utf8).write(to: file)
    return try await body(file.path)
  }
}
