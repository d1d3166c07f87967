public import SessionAPI
public import SessionModel
internal import WireJSON

extension SessionAgentClient {
  /// Every profile.
  public func profiles() throws(ClientError) -> [ProfileDocument] {
    try document(HTTPRequest("GET", "profiles"), ProfilesDocument.self).profiles
  }

  /// One profile.
  public func profile(_ name: ProfileName) throws(ClientError) -> ProfileDocument {
    try document(HTTPRequest("GET", "profiles", name.rawValue))
  }

  /// Writes a profile.
  public func setProfile(_ name: ProfileName, _ profile: ProfileDocument) throws(ClientError) -> ProfileDocument {
    try document(HTTPRequest("PUT", "profiles", name.rawValue).sending(profile.json))
  }

  /// Removes a profile that no session uses.
  public func removeProfile(_ name: ProfileName) throws(ClientError) {
    _ = try json(HTTPRequest("DELETE", "profiles", name.rawValue))
  }
}
