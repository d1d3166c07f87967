/// How often a user has called what AWS allows only so often an hour.
struct HourlyAttempts: Codable, Sendable, Equatable {
  private var times: [String: [Seconds]] = [:]

  private static let window: Seconds = 3600
  /// By operation (quotas of the developer guide).
  private static let limits = [
    "ChangePassword": 5, "ConfirmForgotPassword": 20, "ConfirmSignUp": 15, "ForgotPassword": 20,
    "GetUserAttributeVerificationCode": 5, "ResendConfirmationCode": 5, "VerifyUserAttribute": 15,
  ]

  /// Counts one more, unless that is one too many.
  mutating func count(_ operation: String, at now: Seconds) throws(ServiceError) {
    guard let limit = Self.limits[operation] else { return }
    let recent = (times[operation] ?? []).filter { $0 + Self.window > now }
    guard recent.count < limit else {
      throw ServiceError(
        name: "LimitExceededException", message: "Attempt limit exceeded, please try after some time.")
    }
    times[operation] = recent + [now]
  }
}
