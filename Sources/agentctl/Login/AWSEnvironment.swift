import SessionAgentClient
import SessionModel

/// AWS's own variables of the environment.
enum AWSEnvironment {
  /// The credentials that they hold.
  static func credentials(_ environment: Environment = .process) throws -> AWSCredentials {
    guard let id = environment["AWS_ACCESS_KEY_ID"], let key = environment["AWS_SECRET_ACCESS_KEY"] else {
      throw CommandFailure.usage(
        "The flow admin needs an administrator's AWS credentials. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and "
          + "AWS_SESSION_TOKEN with temporary ones.")
    }
    return AWSCredentials(
      accessKeyID: id, secretAccessKey: Secret(copyingUTF8: key),
      sessionToken: environment["AWS_SESSION_TOKEN"].map(Secret.init(copyingUTF8:)))
  }
}
