/// Codes by mail and SMS: making, sending, and taking them.
extension PoolTurn {
  /// So many random digits.
  func newCode(digits: Int) -> String {
    let number = random.bytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return String(String(number % 10_000_000_000 + 10_000_000_000).suffix(digits))
  }

  /// Sends what is to be told to the user.
  mutating func deliver(
    _ code: String, _ purpose: Delivery.Purpose, to username: String, _ medium: DeliveryMedium, at address: String
  ) {
    deliveries.append(
      Delivery(
        at: now, poolID: pool.id, username: username, medium: medium, destination: address,
        purpose: purpose, code: code))
  }

  /// Sends a new code, in the place of an older one for the same purpose. The answer is its CodeDeliveryDetails.
  mutating func sendCode(
    _ purpose: CodePurpose, to user: User, by medium: DeliveryMedium, at address: String, proves pending: Bool = false
  ) -> JSON {
    let code = newCode(digits: 6)
    var user = user
    user.codes[purpose] = SentCode(
      code: code, medium: medium, expiresAt: now + purpose.lifetime, address: pending ? address : nil)
    pool.users[user.username] = user
    deliver(code, .code(purpose), to: user.username, medium, at: address)
    return Self.details(medium, medium.masked(address))
  }

  static func details(_ medium: DeliveryMedium, _ destination: String) -> JSON {
    .strings([
      "AttributeName": medium.attribute, "DeliveryMedium": medium.rawValue, "Destination": destination,
    ])
  }

  /// What somebody is told who asks for a code of a user who does not exist: the same each time.
  func simulatedDetails(_ name: String) throws -> JSON {
    if UserPool.isEmail(name) { return Self.details(.email, DeliveryMedium.email.masked(name)) }
    let letters = try simulation("delivery", name).prefix(2).map { String(UnicodeScalar(97 + $0 % 26)) }
    return Self.details(.email, letters.map { "\($0)***" }.joined(separator: "@"))
  }

  /// Counts an attempt of what is limited to so many an hour; it stays counted however the operation ends.
  mutating func count(_ operation: String, _ user: inout User) throws(ServiceError) {
    try user.hourlyAttempts.count(operation, at: now)
    pool.users[user.username] = user
  }

  /// Takes a code out of the user, if it is the right one and still good.
  func take(_ given: String, _ purpose: CodePurpose, from user: inout User) throws(ServiceError) -> SentCode {
    guard let sent = user.codes[purpose], now < sent.expiresAt else { throw .expiredCode }
    guard Digest.equal(sent.code, given) else { throw .wrongCode }
    user.codes[purpose] = nil
    return sent
  }
}

extension ServiceError {
  static let expiredCode = ServiceError(
    name: "ExpiredCodeException", message: "Invalid code provided, please request a code again.")
  static let wrongCode = ServiceError(
    name: "CodeMismatchException", message: "Invalid verification code provided, please try again.")
  static let noSuchCombination = ServiceError(
    name: "UserNotFoundException", message: "Username/client id combination not found.")
}
