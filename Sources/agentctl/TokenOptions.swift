import SessionAPI
import SessionAgentClient
import SessionModel
import WireJSON

/// `agentctl token`, however its arguments were read. Nothing here may need Foundation or ArgumentParser.
struct TokenOptions {
  /// How the token is printed.
  enum Format: String, CaseIterable {
    case raw
    case json
    case header
  }

  var session: String?
  var request = TokenRequest()
  var format = Format.raw
  /// The method and URL that a DPoP proof is wanted for (RFC 9449).
  var dpop: (method: String, url: String)?

  /// Prints the token.
  func run() throws {
    let client = try Agent.client()
    let choice = SessionChoice(client)
    let name = try choice.resolve(session)
    if let dpop {
      try printProof(client, choice, name, dpop)
    } else if format == .json {
      try printAnswer(client, choice, name)
    } else {
      let token = try choice.using(name) { () throws(ClientError) in try client.token(name, request) }
      if token.stale { Output.error("agentctl: The token lives shorter than asked for; no better one can be had now.") }
      Output.result(revealing: token.token, after: format == .header ? "Authorization: \(token.tokenType) " : "")
    }
  }

  /// The socket's object as it came.
  private func printAnswer(_ client: SessionAgentClient, _ choice: SessionChoice, _ name: SessionName) throws {
    let answer = try client.exchange(SessionAgentClient.tokenRequest(name, request))
    if let error = answer.failure { throw choice.explain(error, name) }
    answer.withBody { Output.write($0, to: 1) }
    Output.write("\n", to: 1)
  }

  private func printProof(
    _ client: SessionAgentClient, _ choice: SessionChoice, _ name: SessionName, _ dpop: (method: String, url: String)
  ) throws {
    let body: JSONValue = [
      "htm": .string(dpop.method), "htu": .string(dpop.url), "nonce": nil, "access_token": true,
    ]
    let request = HTTPRequest("POST", "sessions", name.rawValue, "dpop-proof").sending(body)
    let answer = try choice.using(name) { () throws(ClientError) in
      try client.json(request, guarding: ["proof", "token"])
    }
    guard format == .header, case .secret(let token)? = answer["token"], case .secret(let proof)? = answer["proof"]
    else {
      Output.result(revealing: Secret(copying: answer.serialized()))
      return
    }
    Output.result(revealing: token, after: "Authorization: DPoP ")
    Output.result(revealing: proof, after: "DPoP: ")
  }
}
