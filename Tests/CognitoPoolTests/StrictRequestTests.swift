import Testing

@testable import CognitoPool

/// Every operation that is carried out is held to its model: the requests are made from the model, none by hand.
/// One after the other: all at once they would leave the pools that answer over sockets no turn in time.
@Suite(.serialized) struct StrictRequestTests {
  static let operations = Operation.all.keys.sorted()

  private func maker(_ operation: String, _ known: [String: JSON] = [:]) throws -> RequestMaker {
    RequestMaker(model: try #require(try ServiceModels.bundled.get().service(of: operation)), known: known)
  }

  @Test(arguments: operations)
  func `a member that is unknown, missing, of another type or out of range is refused`(operation: String) async throws {
    let pool = try TestPool()
    let maker = try maker(operation)
    let (members, required) = try maker.input(operation)
    let valid = try maker.valid(operation)
    let unknown = try await pool.refusal(operation, valid.merging(["NoSuchMember": .string("x")]) { $1 })
    #expect(said(unknown) == "400 SerializationException: Unknown member: NoSuchMember")
    for member in required {
      let missing = try await pool.refusal(operation, try maker.valid(operation, besides: [member]))
      #expect(
        said(missing) == "400 \(maker.model.constraintError): 1 validation error detected: Value null at "
          + "'\(Self.camel(member))' failed to satisfy constraint: Member must not be null")
    }
    for (member, shape) in members {
      let wrong = try await pool.refusal(operation, valid.merging([member: .array([.null])]) { $1 })
      #expect(wrong.name == "SerializationException", "\(member)")
      for broken in try maker.broken(shape) {
        let refused = try await pool.refusal(operation, valid.merging([member: broken.value]) { $1 })
        #expect(refused.name == maker.model.constraintError, "\(member)")
        #expect(refused.message.contains(" at '\(Self.camel(member))"), "\(refused.message)")
        #expect(refused.message.contains(broken.says), "\(refused.message)")
      }
    }
  }

  private static func camel(_ name: String) -> String { name.prefix(1).lowercased() + name.dropFirst() }

  /// Operations of the models that the pool leaves out, and what a guide does instead.
  private static let leftOut = [
    "CompleteWebAuthnRegistration": "passkeys come from a seed",
    "GetOpenIdTokenForDeveloperIdentity": "logins are those of the pool's own users",
    "ListUserSessions": "AdminUserGlobalSignOut ends all of them",
    "RevokeUserSession": "RevokeToken ends one",
    "StartWebAuthnRegistration": "passkeys come from a seed",
    "UpdateAuthEventFeedback": "there is no threat protection to learn from it",
  ]

  @Test func `every operation of the models is carried out, or left out for a reason`() throws {
    let models = try ServiceModels.bundled.get()
    let known = [models.userPools, models.identityPools, models.tokens].flatMap(\.operations.keys)
    #expect(Set(known) == Set(Self.operations).union(Self.leftOut.keys))
    #expect(Set(Self.operations).isDisjoint(with: Self.leftOut.keys))
  }

  @Test(arguments: operations)
  func `a valid request is carried out, and its answer has the form that AWS's has`(operation: String) async throws {
    let world = try SampleWorld(for: operation)
    let maker = try maker(operation, try await world.values())
    let described = try #require(maker.model.operations[operation])
    let answer = try await world.pool.call(operation, try maker.valid(operation))
    guard let output = described.output else { return #expect(answer.isEmpty) }
    // The answer is held to its shape as a request would be.
    let shape = ServiceModel.Operation(name: operation, input: output, output: nil, authorization: "", errors: [])
    do {
      _ = try Validation.check(.object(answer), as: shape, of: maker.model)
    } catch let error as ServiceError where error.message.contains("'phone_number_verified'") {
      // One of AWS's own attributes has a longer name than AWS's own model allows.
    }
  }
}
