extension PoolTurn {
  /// GetUser: the attributes and second factors of the access token's user.
  func getUser(_ request: Request) throws -> [String: JSON] {
    let user = try userOfAccessToken(request.text("AccessToken"))
    var attributes = user.attributes
    if let client = clientOfAccessToken(request.text("AccessToken")) {
      attributes = attributes.filter { client.mayRead($0.key) }
    }
    attributes["sub"] = user.sub
    var answer: [String: JSON] = [
      "Username": .string(user.username),
      "UserAttributes": .array(
        attributes.sorted { $0.key < $1.key }.map { .strings(["Name": $0.key, "Value": $0.value]) }),
    ]
    answer.merge(factors(of: user)) { $1 }
    return answer
  }
}
