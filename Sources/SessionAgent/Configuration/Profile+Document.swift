internal import SessionAPI
internal import SessionModel

/// What is wrong with a profile, of which key.
struct ProfileProblem: Error {
  var key: ProfileKey
  var what: String
}

extension Profile {
  /// The profile that a document describes.
  ///
  /// - Throws: `ProfileProblem`.
  init(_ document: ProfileDocument, name: ProfileName) throws {
    let kind = try Profile.require(.provider, document)
    for key in ProfileKey.allCases where document[key] != nil {
      if let only = key.onlyFor, only != kind {
        throw ProfileProblem(key: key, what: "is only for provider \"\(only)\"")
      }
    }
    let provider: Provider
    switch kind {
    case "cognito": provider = .cognito(try CognitoSettings(document))
    default:
      let issuer = try Profile.require(.issuer, document)
      try Profile.checkURL(issuer, .issuer)
      provider = .oidc(issuer: issuer, clientID: try Profile.require(.clientID, document))
    }
    for key in [ProfileKey.domain, .identityEndpoint, .stsEndpoint] {
      if let url = document.string(key) { try Profile.checkURL(url, key) }
    }
    for url in document.strings(.redirectURIs) ?? [] { try Profile.checkURL(url, .redirectURIs, mayHaveQuery: true) }
    if let url = document.string(.logoutURI) { try Profile.checkURL(url, .logoutURI, mayHaveQuery: true) }
    if let file = document.string(.caFile), !file.hasPrefix("/") {
      throw ProfileProblem(key: .caFile, what: "must be an absolute path")
    }
    self.init(
      name: name, provider: provider,
      refresh: document.string(.refresh).flatMap(RefreshPolicy.init) ?? .proactive,
      caFile: document.string(.caFile), refreshTokenDays: document.integer(.refreshTokenDays),
      rotationGraceSeconds: document.integer(.rotationGraceSeconds))
  }

  fileprivate static func require(_ key: ProfileKey, _ document: ProfileDocument) throws -> String {
    guard let value = document.string(key), !value.isEmpty else {
      throw ProfileProblem(key: key, what: "is missing")
    }
    return value
  }

  /// https, or http to a loopback host alone (SECURITY 19).
  fileprivate static func checkURL(_ url: String, _ key: ProfileKey, mayHaveQuery: Bool = false) throws {
    let isPrintable = url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    guard isPrintable, let address = WebAddress(url) else {
      throw ProfileProblem(key: key, what: "must be an https:// address")
    }
    guard !address.hasMore || mayHaveQuery && !url.contains("#") else {
      throw ProfileProblem(key: key, what: "must be an address without query and fragment")
    }
    guard address.isHTTPS || address.isLoopback else {
      throw ProfileProblem(key: key, what: "must be https://; http:// is for loopback addresses only")
    }
  }
}

extension CognitoSettings {
  fileprivate init(_ document: ProfileDocument) throws {
    let pool = try Profile.require(.userPoolID, document)
    let sides = pool.split(separator: "_", omittingEmptySubsequences: false)
    let isPoolID =
      pool.utf8.count <= 55 && sides.count >= 2 && sides.allSatisfy { !$0.isEmpty }
      && pool.utf8.allSatisfy { WebAddress.isWord($0) || $0 == UInt8(ascii: "-") }
    guard isPoolID else {
      throw ProfileProblem(key: .userPoolID, what: "must be a user pool id like us-east-1_AbCdEfGhI")
    }
    let client = try Profile.require(.clientID, document)
    guard client.utf8.count <= 128, client.utf8.allSatisfy({ WebAddress.isWord($0) || $0 == UInt8(ascii: "+") }) else {
      throw ProfileProblem(key: .clientID, what: "must be an app client id")
    }
    var endpoint = document.string(.endpoint)
    if let url = endpoint { try Profile.checkURL(url, .endpoint) }
    while endpoint?.hasSuffix("/") == true { endpoint?.removeLast() }
    if let region = document.string(.region) {
      guard !region.isEmpty, region.utf8.allSatisfy({ WebAddress.isWord($0) || $0 == UInt8(ascii: "-") }) else {
        throw ProfileProblem(key: .region, what: "must be a region like us-east-1")
      }
    }
    self.init(
      userPoolID: pool, clientID: client, region: document.string(.region), endpoint: endpoint,
      authFlow: document.string(.authFlow).flatMap(LoginFlow.init))
  }
}
