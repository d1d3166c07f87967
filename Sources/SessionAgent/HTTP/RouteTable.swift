internal import NIOHTTP1
internal import SessionModel

/// One route: what it looks like and what answers it.
struct Route: Sendable {
  /// A segment of a route's path.
  enum Segment: Hashable, Sendable {
    case literal(String)
    /// A session's or profile's name.
    case name
    /// An opaque id.
    case id
  }

  var method: HTTPMethod
  var path: [Segment]
  /// Whether it takes a body; one that does not takes no members either.
  var takesBody = false
  var answer: @Sendable (isolated Agent, Request, Argument) throws -> Reply

  /// The same route, with a body.
  var takingBody: Route {
    var route = self
    route.takesBody = true
    return route
  }

  /// What stood in the path's variable segments.
  enum Argument: Sendable {
    case none
    case name(Name)
    case id(String)
    /// Something of a session or profile.
    case part(of: Name, id: String)
  }
}

/// All routes of the socket.
enum RouteTable {
  static let all: [Route] =
    sessionRoutes + loginRoutes + profileRoutes + accountRoutes + [
      plain(.GET, "status") { try $0.getStatus($1) },
      plain(.GET, "events") { try $0.getEvents($1) },
      plain(.GET, "openapi.yaml") { try $0.getDescription($1) },
    ] + keystoreRoutes

  private static let keystoreRoutes: [Route] = [
    plain(.POST, "lock") { try $0.postLock($1) },
    plain(.POST, "unlock") { try $0.postUnlock($1) }.takingBody,
    plain(.GET, "keystore") { try $0.getKeystore($1) },
    plain(.GET, "keystore", "check") { try $0.getCheck($1) },
    plain(.POST, "keystore", "recover") { try $0.postRecover($1) },
    plain(.POST, "keystore", "rekey") { try $0.postRekey($1) }.takingBody,
    plain(.GET, "keystore", "backup") { try $0.getBackup($1) },
    slot(.PUT) { try $0.putSlot($1, $2) }.takingBody,
    slot(.DELETE) { try $0.deleteSlot($1, $2) },
  ]

  private static let sessionRoutes: [Route] = [
    named(.GET, "sessions", "token") { try $0.getToken($1, $2) },
    named(.GET, "sessions", "claims") { try $0.getClaims($1, $2) },
    named(.POST, "sessions", "refresh") { try $0.postRefresh($1, $2) },
    named(.GET, "sessions", "journal") { try $0.getJournal($1, $2) },
    plain(.GET, "sessions") { try $0.getSessions($1) },
    named(.GET, "sessions") { try $0.getSession($1, $2) },
    named(.DELETE, "sessions") { try $0.deleteSession($1, $2) },
  ]

  private static let loginRoutes: [Route] = [
    plain(.POST, "logins") { try $0.postLogin($1) }.takingBody,
    identified(.GET, "logins") { try $0.getLogin($1, $2) },
    identified(.POST, "logins", "answer") { try $0.postAnswer($1, $2) }.takingBody,
    identified(.DELETE, "logins") { try $0.deleteLogin($1, $2) },
  ]

  private static let profileRoutes: [Route] = [
    plain(.GET, "profiles") { try $0.getProfiles($1) },
    named(.GET, "profiles") { try $0.getProfile($1, $2) },
    named(.PUT, "profiles") { try $0.putProfile($1, $2) }.takingBody,
    named(.DELETE, "profiles") { try $0.deleteProfile($1, $2) },
  ]

  /// Finds the route and has it answer.
  ///
  /// - Throws: `Problem`.
  static func route(_ request: Request, in agent: isolated Agent) throws -> Reply {
    var allowed: [String] = []
    for route in all {
      guard let argument = match(route.path, request.path) else { continue }
      guard route.method == request.method else {
        allowed.append(route.method.rawValue)
        continue
      }
      if !route.takesBody { try request.expectNoMembers() }
      return try route.answer(agent, request, argument())
    }
    guard allowed.isEmpty else { return .now(wrongMethod(allowed)) }
    throw Problem(.notFound, "There is no such route. The description of all is at /v1/openapi.yaml.")
  }

  private static func wrongMethod(_ allowed: [String]) -> Response {
    let methods = allowed.sorted().joined(separator: ", ")
    var response = Response.problem(
      Problem(.invalidRequest, "This route takes \(methods) only."), status: 405)
    response.extraHeaders.append(("Allow", methods))
    return response
  }

  /// Nil where the path is another; else a function that reads the variable segments.
  private static func match(_ pattern: [Route.Segment], _ path: [String]) -> (() throws -> Route.Argument)? {
    guard pattern.count == path.count else { return nil }
    var name: String?
    var id: String?
    for (segment, text) in zip(pattern, path) {
      switch segment {
      case .literal(let literal): guard literal == text else { return nil }
      case .name: name = text
      case .id: id = text
      }
    }
    return { try Route.Argument(name: name, id: id) }
  }

  private static func plain(
    _ method: HTTPMethod, _ segments: String...,
    answer: @escaping @Sendable (isolated Agent, Request) throws -> Reply
  ) -> Route {
    let path = ["v1"] + segments
    return Route(method: method, path: path.map { .literal($0) }) { agent, request, _ in try answer(agent, request) }
  }

  private static func slot(
    _ method: HTTPMethod, _ answer: @escaping @Sendable (isolated Agent, Request, String) throws -> Reply
  ) -> Route {
    let path: [Route.Segment] = [.literal("v1"), .literal("keystore"), .literal("slots"), .id]
    return Route(method: method, path: path) { agent, request, argument in
      guard case .id(let source) = argument else { preconditionFailure("the route has a source") }
      return try answer(agent, request, source)
    }
  }

  /// `/v1/FIRST/{name}/REST…`
  static func named(
    _ method: HTTPMethod, _ first: String, _ rest: String...,
    answer: @escaping @Sendable (isolated Agent, Request, Name) throws -> Reply
  ) -> Route {
    let path = [.literal("v1"), .literal(first), .name] + rest.map(Route.Segment.literal)
    return Route(method: method, path: path) { agent, request, argument in
      guard case .name(let name) = argument else { preconditionFailure("the route has a name") }
      return try answer(agent, request, name)
    }
  }

  private static func identified(
    _ method: HTTPMethod, _ first: String, _ last: String? = nil,
    _ answer: @escaping @Sendable (isolated Agent, Request, String) throws -> Reply
  ) -> Route {
    let path = [.literal("v1"), .literal(first), .id] + (last.map { [Route.Segment.literal($0)] } ?? [])
    return Route(method: method, path: path) { agent, request, argument in
      guard case .id(let id) = argument else { preconditionFailure("the route has an id") }
      return try answer(agent, request, id)
    }
  }
}

extension Route.Argument {
  /// - Throws: `Problem` where the name is none.
  fileprivate init(name: String?, id: String?) throws {
    guard let name else {
      self = id.map(Route.Argument.id) ?? .none
      return
    }
    guard let name = Name(name) else {
      throw Problem(.invalidRequest, "The name in the path is not of the form [A-Za-z0-9][A-Za-z0-9._-]{0,63}.")
    }
    self = id.map { .part(of: name, id: $0) } ?? .name(name)
  }
}
