/// AWS credentials, as an access key signs requests with them.
public struct AWSCredentials: Hashable, Sendable {
  /// The access key's id.
  public var accessKeyID: String
  /// The key.
  public var secretAccessKey: Secret
  /// The session token of temporary credentials.
  public var sessionToken: Secret?
  /// AWS credentials.
  public init(accessKeyID: String, secretAccessKey: Secret, sessionToken: Secret?) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
  }
}
