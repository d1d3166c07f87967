/// The services that the pool speaks for.
struct ServiceModels: Sendable {
  /// cognito-idp.
  let userPools: ServiceModel
  /// cognito-identity.
  let identityPools: ServiceModel
  /// The part of STS that goes with identity pools.
  let tokens: ServiceModel

  static let bundled = Result { try ServiceModels() }

  init() throws {
    userPools = try ServiceModel(description: CognitoIdpDescription.text)
    identityPools = try ServiceModel(description: CognitoIdentityDescription.text)
    tokens = try ServiceModel(description: STSDescription.text)
  }

  private var all: [ServiceModel] { [userPools, identityPools, tokens] }

  /// The service that has an operation of this name; no two have.
  func service(of operation: String) -> ServiceModel? { all.first { $0.operations[operation] != nil } }

  /// The operation that an `X-Amz-Target` names.
  func operation(target: String?) -> ServiceModel.Operation? {
    all.lazy.compactMap { $0.operation(target: target) }.first
  }
}
