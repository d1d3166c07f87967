import Testing

@testable import CognitoPool

/// The pools of the login matrix: one of the ordinary kind, one that wants a second factor of everybody, one that
/// remembers devices. Each cell has a user of its own, so that all can sign in at once.
enum MatrixSeed {
  static let secret = "matrixClientSecret0123456789abcd"
  static let answers = ["four", "blue"]

  static func poolID(_ factor: LoginCase.Factor) -> String {
    switch factor {
    case .setUp: "us-east-1_MatrixOn"
    case .device: "us-east-1_MatrixDevices"
    case .nothing, .totp, .sms, .mail, .several, .newPassword, .unconfirmed, .reset: "us-east-1_Matrix"
    }
  }

  static var pools: [[String: JSON]] {
    [
      pool(["mfa": .string("OPTIONAL")], of: .nothing), pool(["mfa": .string("ON")], of: .setUp),
      pool(["mfa": .string("OPTIONAL"), "device_tracking": .string("always")], of: .device),
    ]
  }

  private static func pool(_ members: [String: JSON], of factor: LoginCase.Factor) -> [String: JSON] {
    let id = poolID(factor)
    let questions = zip(["2+2", "the sky"], answers).map { question, answer in
      JSON.object(["parameters": .strings(["question": question]), "answer": .string(answer)])
    }
    let users = LoginCase.all.filter { poolID($0.factor) == id }.map { JSON.object(user($0)) }
    return [
      "id": .string(id), "alias_attributes": .strings(["email"]), "auto_verified": .strings(["email"]),
      "custom_challenges": .array(questions), "users": .array(users), "clients": .array(clients(in: id)),
    ].merging(members) { $1 }
  }

  private static func clients(in pool: String) -> [JSON] {
    [(false, false), (false, true), (true, false), (true, true)].map { hasSecret, rotates in
      let example = LoginCase(
        way: .srp, factor: .nothing, hasSecret: hasSecret, byAlias: false, rotates: rotates)
      var client: [String: JSON] = [
        "id": .string(example.client + String(pool.drop { $0 != "_" }.dropFirst())),
        "flows": .strings(
          AppClient.Flow.allCases.filter { !(rotates && $0 == .refreshToken) }.map(\.rawValue)),
      ]
      if hasSecret { client["secret"] = .string(secret) }
      if rotates { client["rotation"] = .object(["enabled": .bool(true), "grace_seconds": .integer(0)]) }
      return .object(client)
    }
  }

  private static func user(_ cell: LoginCase) -> [String: JSON] {
    var attributes = ["email": cell.alias, "email_verified": "true"]
    var user: [String: JSON] = ["username": .string(cell.username), "password": .string(MatrixPerson.password)]
    switch cell.factor {
    case .nothing, .setUp: break
    case .totp: user["totp_secret"] = .string(LocalPool.totpSecret)
    case .sms, .device: user["preferred_mfa"] = .string("SMS_MFA")
    case .mail: user["preferred_mfa"] = .string("EMAIL_OTP")
    case .several:
      user["totp_secret"] = .string(LocalPool.totpSecret)
      user["preferred_mfa"] = .string("EMAIL_OTP")
    case .newPassword: user["status"] = .string("FORCE_CHANGE_PASSWORD")
    case .unconfirmed: user["status"] = .string("UNCONFIRMED")
    case .reset: user["status"] = .string("RESET_REQUIRED")
    }
    if cell.factor == .sms || cell.factor == .device || cell.way == .choiceSMS {
      attributes["phone_number"] = "+15550100"
      attributes["phone_number_verified"] = "true"
    }
    user["attributes"] = .strings(attributes)
    return user
  }
}
