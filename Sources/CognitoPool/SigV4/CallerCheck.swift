/// Finds out who has signed a request.
struct CallerCheck: Sendable {
  let service: String
  let clock: PoolClock
  let credentials: TemporaryCredentials

  func caller(of call: HTTPCall) throws -> Caller {
    let token = call.header("x-amz-security-token")
    let keyID = try call.header("authorization").map { try SignatureV4(authorization: $0).keyID }
    let made = try keyID.flatMap { id in try token.flatMap { try credentials.open(id: id, token: $0) } }
    if let made, clock.now() >= made.role.expiresAt {
      throw ServiceError.expiredCredentials
    }
    let key = made.map { AccessKey(id: $0.id, secret: $0.secret, sessionToken: $0.token) } ?? .development
    let signature = try SignatureCheck(service: service, now: time(of: call), key: key).check(call)
    if let made { return .role(made.role, region: signature.region) }
    return .developer(region: signature.region)
  }

  /// The machine's time, or the one that `/_control` has moved and that clients see as `Date`, whichever the
  /// request is nearer to.
  private func time(of call: HTTPCall) -> Seconds {
    guard let signed = call.header("x-amz-date").flatMap(SignatureCheck.seconds) else { return clock.wall() }
    return abs(signed - clock.wall()) < abs(signed - clock.now()) ? clock.wall() : clock.now()
  }
}

extension ServiceError {
  static let expiredCredentials = ServiceError(
    name: "ExpiredTokenException", message: "The security token included in the request is expired")
}
