internal import SessionCrypto
internal import SessionModel

/// Signs requests with AWS Signature Version 4 (AWS General Reference, "Signature Version 4 signing process").
struct RequestSigner {
  var credentials: AWSCredentials
  var region: String
  var service = "cognito-idp"

  /// From how far apart on a refusal may be the clock's fault.
  static let skewMilliseconds: Int64 = 60_000
  /// The refusals that may be the clock's fault.
  static let skewErrors: Set = [
    "InvalidSignatureException", "SignatureDoesNotMatch", "RequestExpired", "RequestTimeTooSkewed",
    "RequestInTheFuture", "AuthFailure",
  ]

  private static let algorithm = "AWS4-HMAC-SHA256"

  /// The request's header fields with those that the signature adds: X-Amz-Date, X-Amz-Security-Token with temporary
  /// credentials, Authorization.
  func signed(_ request: ProviderRequest, at time: Timestamp) throws(DigestError) -> [(String, String)] {
    var headers = request.headers + [("X-Amz-Date", time.amazonDate)]
    if let token = credentials.sessionToken { headers.append(("X-Amz-Security-Token", token.revealString())) }
    let covered = RequestSigner.covered(headers, host: RequestSigner.host(of: request.url))
    let names = covered.map(\.0).joined(separator: ";")
    let signature = try signature(
      RequestSigner.canonical(covered, names, bodyDigest: try SHA256.hash(request.body).hexadecimal), time)
    let authorization =
      "\(RequestSigner.algorithm) Credential=\(credentials.accessKeyID)/\(scope(time)), "
      + "SignedHeaders=\(names), Signature=\(signature)"
    return headers + [("Authorization", authorization)]
  }

  /// What the signature covers: content type, host and AWS's own fields, in lower case and in order.
  private static func covered(_ headers: [(String, String)], host: String) -> [(String, String)] {
    (headers.map { ($0.lowercased(), $1) } + [("host", host)])
      .filter { $0.0 == "content-type" || $0.0 == "host" || $0.0.hasPrefix("x-amz-") }
      .sorted { $0.0 < $1.0 }
  }

  /// The request in its canonical form: POST to `/` without a query.
  static func canonical(_ headers: [(String, String)], _ names: String, bodyDigest: String) -> String {
    let lines = headers.map { "\($0):\($1)\n" }.joined()
    return "POST\n/\n\n\(lines)\n\(names)\n\(bodyDigest)"
  }

  private func signature(_ canonical: String, _ time: Timestamp) throws(DigestError) -> String {
    let text = try stringToSign(canonical, time)
    return try HMAC.sha256(key: key(time), [Secret(copyingUTF8: text)]).hexadecimal
  }

  /// Algorithm, date, scope and the canonical request's digest.
  func stringToSign(_ canonical: String, _ time: Timestamp) throws(DigestError) -> String {
    let digest = try SHA256.hash(Secret(copyingUTF8: canonical)).hexadecimal
    return [RequestSigner.algorithm, time.amazonDate, scope(time), digest].joined(separator: "\n")
  }

  private func scope(_ time: Timestamp) -> String {
    "\(time.amazonDate.prefix(8))/\(region)/\(service)/aws4_request"
  }

  /// The key of that day, region and service.
  func key(_ time: Timestamp) throws(DigestError) -> Secret {
    var key = Secret(joining: [Secret(copyingUTF8: "AWS4"), credentials.secretAccessKey])
    for part in scope(time).split(separator: "/") {
      key = try HMAC.sha256(key: key, [Secret(copyingUTF8: String(part))])
    }
    return key
  }

  /// Host and port as the Host field will have them: without the scheme's own port.
  static func host(of url: String) -> String {
    let parts = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    let authority = parts.count > 2 ? parts[2].prefix { $0 != "/" && $0 != "?" && $0 != "#" } : ""
    let ownPort = url.hasPrefix("https:") ? ":443" : ":80"
    return String(authority.hasSuffix(ownPort) ? authority.dropLast(ownPort.count) : authority).lowercased()
  }
}

extension Secret {
  /// The bytes in lower-case hexadecimal, an unguarded copy: for digests and signatures.
  fileprivate var hexadecimal: String {
    withRevealedBytes { $0.hexadecimal }
  }
}

extension Timestamp {
  /// `20261105T070409Z`.
  fileprivate var amazonDate: String { description.filter { $0 != "-" && $0 != ":" } }
}
