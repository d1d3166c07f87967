import ArgumentParser
import SessionAPI
import SessionModel
import WireJSON

/// The options that say what a profile is.
struct ProfileOptions: ParsableArguments {
  @Option(name: .customLong("client-id"), help: "The app client's id.") var clientID: String?
  @Option(
    name: .customLong("client-secret-file"),
    help: ArgumentHelp("The file that holds the client's secret, or - for standard input.", valueName: "file"))
  var clientSecretFile: String?
  @Option(help: ArgumentHelp("Where the service is, instead of the region's endpoint.", valueName: "url"))
  var endpoint: String?
  @Option(help: ArgumentHelp("The hosted UI's address.", valueName: "url")) var domain: String?
  @Option(help: "The region, where the pool's id does not name it.") var region: String?
  @Option(name: .customLong("identity-pool-id"), help: "The identity pool that gives AWS credentials.")
  var identityPoolID: String?
  @Option(name: .customLong("identity-endpoint"), help: ArgumentHelp("Where that service is.", valueName: "url"))
  var identityEndpoint: String?
  @Option(name: .customLong("scope"), help: "A scope to ask for; may be given several times.")
  var scopes: [String] = []
  @Option(
    name: .customLong("redirect-uri"),
    help: ArgumentHelp("A registered callback address, tried in the order given.", valueName: "url"))
  var redirectURIs: [String] = []
  @Flag(help: "Bind tokens to a key (RFC 9449).") var dpop = false
  @Option(
    name: .customLong("set"), help: ArgumentHelp("Any other key of a profile's file.", valueName: "key=value"))
  var settings: [String] = []

  /// Whether any of them was given.
  var isEmpty: Bool {
    clientID == nil && clientSecretFile == nil && endpoint == nil && domain == nil && region == nil
      && identityPoolID == nil && identityEndpoint == nil && scopes.isEmpty && redirectURIs.isEmpty && !dpop
      && settings.isEmpty
  }

  /// The profile that they describe.
  func document(userPoolID: String?, issuer: String?) throws -> ProfileDocument {
    var profile = ProfileDocument()
    do {
      try profile.set(.provider, to: issuer == nil ? "cognito" : "oidc")
      let strings: [(ProfileKey, String?)] = [
        (.userPoolID, userPoolID), (.issuer, issuer), (.clientID, clientID), (.endpoint, endpoint), (.domain, domain),
        (.region, region), (.identityPoolID, identityPoolID), (.identityEndpoint, identityEndpoint),
      ]
      for (key, value) in strings { try profile.set(key, to: .optional(value)) }
      if !scopes.isEmpty { try profile.set(.scopes, to: .array(scopes.map(JSONValue.string))) }
      if !redirectURIs.isEmpty { try profile.set(.redirectURIs, to: .array(redirectURIs.map(JSONValue.string))) }
      if dpop { try profile.set(.dpop, to: true) }
      for setting in settings { try ProfileSetting(setting).apply(to: &profile) }
    } catch let error as JSONError {
      throw CommandFailure.usage("\(error)")
    }
    if let clientSecretFile { profile.clientSecret = .set(try SecretFile.read(clientSecretFile)) }
    return profile
  }
}
