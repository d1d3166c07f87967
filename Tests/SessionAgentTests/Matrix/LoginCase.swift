import Foundation
import SessionModel
import Testing

/// One cell of the login matrix.
struct LoginCase: Sendable, CustomTestStringConvertible {
  /// How it begins.
  enum Way: String, CaseIterable, Sendable {
    case srp, password, admin, custom
    case customSRP = "custom-srp"
    case choicePassword = "choice-PASSWORD"
    case choiceSRP = "choice-PASSWORD_SRP"
    case choiceMail = "choice-EMAIL_OTP"
    case choiceSMS = "choice-SMS_OTP"
    /// Nothing preferred: the pool's offer is asked, and the password chosen.
    case choiceAsked = "choice"

    var flow: LoginFlow {
      switch self {
      case .srp: .srp
      case .password: .password
      case .admin: .admin
      case .custom: .custom
      case .customSRP: .customSRP
      case .choicePassword, .choiceSRP, .choiceMail, .choiceSMS, .choiceAsked: .choice
      }
    }

    var preferred: String? {
      flow == .choice && self != .choiceAsked ? String(rawValue.dropFirst("choice-".count)) : nil
    }

    /// Whether a password comes first, after which the pool may ask for more.
    var hasPassword: Bool {
      switch self {
      case .srp, .password, .admin, .choicePassword, .choiceSRP, .choiceAsked, .customSRP: true
      case .custom, .choiceMail, .choiceSMS: false
      }
    }
  }

  /// What comes then.
  enum Factor: String, CaseIterable, Sendable {
    case nothing, totp, sms, mail, several, newPassword, setUp, unconfirmed, reset, device
  }

  var way: Way
  var factor: Factor
  var hasSecret: Bool
  var byAlias: Bool
  var rotates: Bool

  /// The user, who belongs to this cell alone.
  var username: String {
    let rest = [hasSecret, byAlias, rotates].map { $0 ? "1" : "0" }.joined()
    return "U+\(way.rawValue).\(factor.rawValue).\(rest)"
  }
  var alias: String { "\(username)@Example.org" }
  var typed: String { byAlias ? alias : username }
  var client: String { "client\(hasSecret ? "secret" : "")\(rotates ? "rotating" : "")" }
  var testDescription: String { "\(username) \(typed)" }

  static let all: [LoginCase] = ways.flatMap { way, factor in
    [false, true].flatMap { secret in
      [false, true].flatMap { alias in
        [false, true].map { LoginCase(way: way, factor: factor, hasSecret: secret, byAlias: alias, rotates: $0) }
      }
    }
  }

  /// All of them where asked for (`make matrix`); else of each pair two that differ in everything else, in turn.
  static var chosen: [LoginCase] {
    if ProcessInfo.processInfo.environment["SESSION_AGENT_MATRIX"] == "all" { return all }
    return all.enumerated().filter { index, _ in
      let (pair, choice) = (index / 8, index % 8)
      return choice == pair % 4 || choice == 7 - pair % 4
    }.map(\.element)
  }

  /// The pairs that there are: what asks no password has no second factor here, and devices belong to their flows.
  private static let ways: [(Way, Factor)] = Way.allCases.flatMap { way in
    Factor.allCases.filter { factor in isPossible(way, factor) }.map { (way, $0) }
  }

  private static func isPossible(_ way: Way, _ factor: Factor) -> Bool {
    switch factor {
    case .nothing, .unconfirmed: true
    case .totp, .sms, .mail, .several, .newPassword, .setUp: way.hasPassword && way != .customSRP
    case .reset: way.hasPassword
    case .device: [.srp, .customSRP, .choiceSRP, .choicePassword].contains(way)
    }
  }
}
