/// How a code travels.
enum DeliveryMedium: String, Codable, Sendable, CaseIterable {
  case email = "EMAIL"
  case sms = "SMS"

  /// The attribute with the address.
  var attribute: String {
    switch self {
    case .email: "email"
    case .sms: "phone_number"
    }
  }

  init?(attribute: String) {
    guard let medium = Self.allCases.first(where: { $0.attribute == attribute }) else { return nil }
    self = medium
  }

  /// What is left of an address in answers: `m***@e***`, `+*******0100`.
  func masked(_ address: String) -> String {
    switch self {
    case .email: address.split(separator: "@").map { "\($0.prefix(1))***" }.joined(separator: "@")
    case .sms: "+" + String(repeating: "*", count: max(0, address.count - 5)) + address.suffix(4)
    }
  }
}

/// What a code that a user keeps is for.
enum CodePurpose: String, Codable, CodingKeyRepresentable, Sendable {
  case signUp = "sign_up"
  case forgotPassword = "forgot_password"
  case verifyEmail = "verify_email"
  case verifyPhone = "verify_phone_number"

  static func verify(_ medium: DeliveryMedium) -> CodePurpose {
    switch medium {
    case .email: .verifyEmail
    case .sms: .verifyPhone
    }
  }

  /// How long AWS takes such a code.
  var lifetime: Seconds {
    switch self {
    case .signUp, .verifyEmail, .verifyPhone: 86400
    case .forgotPassword: 3600
    }
  }
}

/// A code that was sent and not used yet.
struct SentCode: Codable, Sendable, Equatable {
  let code: String
  let medium: DeliveryMedium
  let expiresAt: Seconds
  /// The address that the code proves, where that is not the attribute's value yet.
  var address: String?
}

/// A message to a person: a line of `deliveries.jsonl`.
struct Delivery: Sendable, Equatable {
  enum Purpose: Sendable, Equatable {
    case code(CodePurpose)
    /// A code to sign in with, which its session keeps.
    case authentication
    /// A temporary password.
    case invitation

    var name: String {
      switch self {
      case .code(let purpose): purpose.rawValue
      case .authentication: "authentication"
      case .invitation: "invitation"
      }
    }
  }

  let at: Seconds
  let poolID: String
  let username: String
  let medium: DeliveryMedium
  let destination: String
  let purpose: Purpose
  let code: String
}
