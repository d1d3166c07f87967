import SessionAPI
import SessionAgentClient
import SessionModel
import WireJSON

/// The profile that `agentctl login POOL_ID --client-id C` makes on the way.
enum ProfileOnTheWay {
  /// What to do about it.
  enum Plan: Equatable {
    /// There is one already that says the same.
    case use(ProfileName)
    case make(ProfileName)
    /// The name asked for is another profile's.
    case taken(ProfileName)
  }

  /// Under which name: the one asked for, else that of a profile that says the same, or the same and more, one at the
  /// same place first; else "default", else the provider's own name with a number where it needs one.
  static func plan(_ wanted: ProfileDocument, named name: ProfileName?, among existing: [ProfileDocument]) -> Plan {
    if let name {
      guard let other = existing.first(where: { $0.name == name }) else { return .make(name) }
      return says(other, the: wanted) ? .use(name) : .taken(name)
    }
    let fitting = existing.filter { says($0, the: wanted) }
    let best =
      fitting.first { says(wanted, the: $0) } ?? fitting.first { $0[.endpoint] == wanted[.endpoint] } ?? fitting.first
    if let name = best?.name { return .use(name) }
    return .make(freeName(wanted, taken: Set(existing.compactMap(\.name))))
  }

  private static func freeName(_ profile: ProfileDocument, taken: Set<ProfileName>) -> ProfileName {
    let base = String(derivedName(profile).prefix(60))
    var number = 0
    while true {
      number += 1
      for candidate in number == 1 ? ["default", base] : ["\(base)-\(number)"] {
        if let name = Name(candidate), !taken.contains(name) { return name }
      }
    }
  }

  /// Whether a profile has every key of the other, alike, and no client secret is to be set.
  private static func says(_ profile: ProfileDocument, the wanted: ProfileDocument) -> Bool {
    guard wanted.clientSecret == .keep else { return false }
    return ProfileKey.allCases.allSatisfy { key in wanted[key].map { $0 == profile[key] } ?? true }
  }

  /// The user pool's id, or the issuer's host; always of the grammar of names.
  private static func derivedName(_ profile: ProfileDocument) -> String {
    let issuer = profile.string(.issuer) ?? ""
    let host = issuer.split(separator: "/").dropFirst().first?.prefix { $0 != ":" } ?? ""
    let name = profile.string(.userPoolID) ?? String(host)
    return Name(name) == nil ? "oidc" : name
  }
}
