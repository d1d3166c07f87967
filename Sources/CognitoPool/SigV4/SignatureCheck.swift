import Foundation

/// Refuses requests that its key has not signed, in AWS's words.
struct SignatureCheck: Sendable {
  let service: String
  let now: Seconds
  /// What the request must be signed with.
  let key: AccessKey

  private static let skew: Seconds = 300
  private static let mustBeSigned: Set = ["host", "x-amz-date"]

  /// The signature of a request that the key has made for this service and about now.
  @discardableResult
  func check(_ call: HTTPCall) throws -> SignatureV4 {
    guard let header = call.header("authorization") else {
      throw ServiceError.unsigned
    }
    let signature = try SignatureV4(authorization: header)
    guard let date = call.header("x-amz-date"), let time = Self.seconds(date) else {
      throw ServiceError(
        name: "IncompleteSignatureException", message: "Date must be in ISO-8601 'basic format'.")
    }
    guard signature.keyID == key.id, key.sessionToken == call.header("x-amz-security-token") else {
      throw ServiceError(
        name: "UnrecognizedClientException", message: "The security token included in the request is invalid.")
    }
    guard signature.service == service else {
      throw Self.invalid("Credential should be scoped to correct service: '\(service)'.")
    }
    guard date.hasPrefix(signature.date) else {
      throw Self.invalid("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date.")
    }
    try checkTime(time, date)
    try checkCoverage(signature, call)
    guard Digest.equal(try signature.right(call, date: date, secret: key.secret), signature.signature) else {
      throw Self.invalid(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
          + "Access Key and signing method. Consult the service documentation for details.")
    }
    return signature
  }

  private func checkTime(_ time: Seconds, _ date: String) throws(ServiceError) {
    let (earliest, latest) = (now - Self.skew, now + Self.skew)
    if time < earliest {
      throw Self.invalid(
        "Signature expired: \(date) is now earlier than \(Self.text(earliest)) (\(Self.text(now)) - 5 min.)")
    }
    if time > latest {
      throw Self.invalid(
        "Signature not yet current: \(date) is still later than \(Self.text(latest)) (\(Self.text(now)) + 5 min.)")
    }
  }

  /// The host, the date and every other `x-amz-` header must be among what is signed.
  private func checkCoverage(_ signature: SignatureV4, _ call: HTTPCall) throws(ServiceError) {
    let present = call.headers.map { $0.name.lowercased() }.filter { $0.hasPrefix("x-amz-") }
    let missing = Self.mustBeSigned.union(present).subtracting(signature.signedHeaders)
    if let name = missing.min() {
      throw Self.invalid("'\(name)' must be a 'SignedHeader' in the AWS Authorization.")
    }
  }

  static func invalid(_ message: String) -> ServiceError {
    ServiceError(name: "InvalidSignatureException", message: message)
  }

  /// `yyyyMMdd'T'HHmmss'Z'`, and nothing else.
  static func seconds(_ text: String) -> Seconds? {
    let digits = text.utf8.map { Int($0) - 48 }
    guard digits.count == 16 else { return nil }
    func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + $1 } }
    let parts = DateComponents(
      year: number(0..<4), month: number(4..<6), day: number(6..<8), hour: number(9..<11),
      minute: number(11..<13), second: number(13..<15))
    guard let seconds = calendar.date(from: parts)?.timeIntervalSince1970 else { return nil }
    return Self.text(seconds) == text ? seconds : nil
  }

  static func text(_ seconds: Seconds) -> String {
    let part = calendar.dateComponents(
      [.year, .month, .day, .hour, .minute, .second], from: Date(timeIntervalSince1970: seconds))
    func padded(_ number: Int?, _ width: Int) -> String {
      let text = "\(number ?? 0)"
      return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
    let day = padded(part.year, 4) + padded(part.month, 2) + padded(part.day, 2)
    return "\(day)T\(padded(part.hour, 2))\(padded(part.minute, 2))\(padded(part.second, 2))Z"
  }

  private static var calendar: Calendar {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    return calendar
  }
}
