/// The signature of a request by AWS Signature Version 4, as its `Authorization` header has it.
struct SignatureV4: Sendable, Equatable {
  static let algorithm = "AWS4-HMAC-SHA256"

  let keyID: String
  let date: String
  let region: String
  let service: String
  let signedHeaders: [String]
  let signature: String

  var scope: String { "\(date)/\(region)/\(service)/aws4_request" }

  /// Takes a header apart.
  init(authorization text: String) throws(ServiceError) {
    guard text.hasPrefix(Self.algorithm + " ") else { throw .incompleteSignature("'\(Self.algorithm)'") }
    var parts: [String: String] = [:]
    for part in text.dropFirst(Self.algorithm.count + 1).split(separator: ",") {
      let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1).map(String.init)
      if pair.count == 2 { parts[pair[0]] = pair[1] }
    }
    guard let credential = parts["Credential"] else { throw .incompleteSignature("'Credential' parameter") }
    guard let headers = parts["SignedHeaders"] else { throw .incompleteSignature("'SignedHeaders' parameter") }
    guard let signature = parts["Signature"] else { throw .incompleteSignature("'Signature' parameter") }
    let scope = credential.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard scope.count == 5, scope[4] == "aws4_request" else {
      throw .incompleteSignature("a Credential of the form KEY/DATE/REGION/SERVICE/aws4_request")
    }
    keyID = scope[0]
    date = scope[1]
    region = scope[2]
    service = scope[3]
    signedHeaders = headers.split(separator: ";").map(String.init)
    self.signature = signature
  }

  /// The text whose hash is signed: `POST /` without query, the signed headers, the body's hash.
  func canonicalRequest(_ call: HTTPCall) throws -> String {
    let headers = signedHeaders.map { name in
      let values = call.headers.filter { $0.name.lowercased() == name }.map { Self.trimmed($0.value) }
      return "\(name):\(values.joined(separator: ","))\n"
    }
    let list = signedHeaders.joined(separator: ";")
    return [
      call.method, call.path, "", headers.joined(), list, Hex.encode(try Digest.sha256(call.body)),
    ].joined(separator: "\n")
  }

  func stringToSign(_ call: HTTPCall, date: String) throws -> String {
    let hash = Hex.encode(try Digest.sha256([UInt8](try canonicalRequest(call).utf8)))
    return [Self.algorithm, date, scope, hash].joined(separator: "\n")
  }

  /// The signature that the key's owner would have made.
  func right(_ call: HTTPCall, date: String, secret: String) throws -> String {
    var key = [UInt8]("AWS4\(secret)".utf8)
    for part in [self.date, region, service, "aws4_request"] {
      key = try Digest.hmacSHA256(key: key, [UInt8](part.utf8))
    }
    return Hex.encode(try Digest.hmacSHA256(key: key, [UInt8](try stringToSign(call, date: date).utf8)))
  }

  /// Blanks around the value go, several in it become one.
  private static func trimmed(_ value: String) -> String {
    value.split(separator: " ").joined(separator: " ")
  }
}

extension ServiceError {
  fileprivate static func incompleteSignature(_ part: String) -> ServiceError {
    ServiceError(name: "IncompleteSignatureException", message: "Authorization header requires \(part).")
  }
}
