internal import NIOHTTP1
internal import SessionModel

/// The routes of account operations (CONTRACT §7.7).
extension RouteTable {
  static let accountRoutes: [Route] = beforeSignIn + signedIn

  private static let beforeSignIn: [Route] = [
    named(.POST, "profiles", "account", "signup") { try $0.postSignUp($1, $2) }.takingBody,
    named(.POST, "profiles", "account", "confirm") { try $0.postConfirm($1, $2) }.takingBody,
    named(.POST, "profiles", "account", "resend-code") { try $0.postResendCode($1, $2) }.takingBody,
    named(.POST, "profiles", "account", "forgot-password") { try $0.postForgotPassword($1, $2) }.takingBody,
    named(.POST, "profiles", "account", "reset-password") { try $0.postResetPassword($1, $2) }.takingBody,
  ]

  private static let signedIn: [Route] = [
    named(.GET, "sessions", "account") { try $0.getAccount($1, $2) },
    named(.DELETE, "sessions", "account") { try $0.deleteAccount($1, $2) }.takingBody,
    named(.POST, "sessions", "account", "change-password") { try $0.postChangePassword($1, $2) }.takingBody,
    named(.PATCH, "sessions", "account", "attributes") { try $0.patchAttributes($1, $2) }.takingBody,
    part(.POST, "attributes", "send-code") { try $0.postSendCode($1, $2, $3) },
    part(.POST, "attributes", "verify") { try $0.postVerify($1, $2, $3) }.takingBody,
    named(.GET, "sessions", "account", "mfa") { try $0.getMFA($1, $2) },
    named(.PUT, "sessions", "account", "mfa") { try $0.putMFA($1, $2) }.takingBody,
    named(.POST, "sessions", "account", "mfa", "totp") { try $0.postTOTP($1, $2) },
    named(.POST, "sessions", "account", "mfa", "totp", "verify") { try $0.postVerifyTOTP($1, $2) }.takingBody,
    named(.GET, "sessions", "account", "devices") { try $0.getDevices($1, $2) },
    part(.PUT, "devices") { try $0.putDevice($1, $2, $3) }.takingBody,
    part(.DELETE, "devices") { try $0.deleteDevice($1, $2, $3) },
    named(.GET, "sessions", "account", "passkeys") { try $0.getPasskeys($1, $2) },
    part(.DELETE, "passkeys") { try $0.deletePasskey($1, $2, $3) },
  ]

  /// `/v1/sessions/{name}/account/WHAT/{id}/REST…`
  private static func part(
    _ method: HTTPMethod, _ what: String, _ rest: String...,
    answer: @escaping @Sendable (isolated Agent, Request, Name, String) throws -> Reply
  ) -> Route {
    let path: [Route.Segment] = [
      .literal("v1"), .literal("sessions"), .name, .literal("account"), .literal(what), .id,
    ]
    return Route(method: method, path: path + rest.map(Route.Segment.literal)) { agent, request, argument in
      guard case .part(let name, let id) = argument else { preconditionFailure("the route has a name and an id") }
      return try answer(agent, request, name, id)
    }
  }
}
