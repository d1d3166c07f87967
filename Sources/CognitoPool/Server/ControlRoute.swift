/// `POST /_control`, open to programs on this machine and to no web page.
extension Router {
  func control(_ call: HTTPCall) async -> HTTPAnswer {
    let fromBrowser = call.headers.contains { header in
      let name = header.name.lowercased()
      return name == "origin" || name == "referer" || name.hasPrefix("sec-fetch-")
    }
    guard !fromBrowser, hosts.admitsControl(call.header("host")) else {
      return .text(403, "/_control answers programs on this machine only.")
    }
    guard call.method == "POST" else { return Self.notAllowed("POST") }
    let contentType = call.header("content-type")?.split(separator: ";").first.map(String.init)
    guard contentType?.lowercased() == "application/json" else {
      return .text(415, "/_control takes application/json.")
    }
    guard let body = try? JSON(parsing: call.body) else { return Self.problem("the body is not JSON") }
    do {
      let actions = ControlActions(service: service, desk: desk, random: random)
      return .json(200, .object(try await actions.perform(body)))
    } catch let error as MemberError {
      return Self.problem(error.description)
    } catch {
      return .json(500, .strings(["error": "\(error)"]))
    }
  }

  private static func problem(_ sentence: String) -> HTTPAnswer { .json(400, .strings(["error": sentence])) }
}
