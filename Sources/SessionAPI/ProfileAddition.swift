public import SessionModel
internal import WireJSON

/// The `agentctl profile add` that writes a profile as it is: where one key is to change, the others stay.
public enum ProfileAddition {
  private static let options: [ProfileKey: String] = [
    .userPoolID: "--user-pool-id", .issuer: "--issuer", .clientID: "--client-id", .endpoint: "--endpoint",
    .domain: "--domain", .region: "--region", .identityPoolID: "--identity-pool-id",
    .identityEndpoint: "--identity-endpoint", .scopes: "--scope", .redirectURIs: "--redirect-uri",
  ]

  /// The command as a person types it into a shell; nil for a profile that has no name.
  public static func command(_ profile: ProfileDocument) -> String? {
    guard let name = profile.name?.rawValue else { return nil }
    return ShellWord.command(["agentctl", "profile", "add", name] + arguments(profile))
  }

  /// The command for a profile of which no more is known than the pool and the client, and where they are.
  public static func command(
    pool: String, client: String = "CLIENT", endpoint: String? = nil, caFile: String? = nil, of name: ProfileName
  ) -> String {
    let place = (endpoint.map { ["--endpoint", $0] } ?? []) + (caFile.map { ["--set", "ca_file=\($0)"] } ?? [])
    return ShellWord.command(
      ["agentctl", "profile", "add", name.rawValue, "--user-pool-id", pool, "--client-id", client] + place)
  }

  /// What follows the profile's name.
  public static func arguments(_ profile: ProfileDocument) -> [String] {
    let keys = ProfileKey.allCases.filter { $0 != .provider }
    return keys.flatMap { key in profile[key].map { arguments(key, $0) } ?? [] }
      + access(profile.access).flatMap { ["--set", "access." + $0] }
  }

  private static func arguments(_ key: ProfileKey, _ value: JSONValue) -> [String] {
    guard let option = options[key] else { return ["--set", "\(key.rawValue)=\(text(value))"] }
    return (value.array ?? [value]).flatMap { [option, text($0)] }
  }

  private static func access(_ access: AccessDocument?) -> [String] {
    [
      access?.allow.map { "allow=" + $0.joined(separator: ",") }, access?.confirm.map { "confirm=\($0)" },
      access?.tokens.map { "tokens=" + $0.map(\.rawValue).joined(separator: ",") },
      access?.maxTTL.map { "max_ttl=\($0)" },
    ].compactMap(\.self)
  }

  private static func text(_ value: JSONValue) -> String {
    value.array?.compactMap(\.string).joined(separator: ",") ?? value.string ?? value.text
  }
}
