import SessionAPI
import SessionModel
import WireJSON

/// The contract's own examples, completed where it has "…".
enum Examples {
  static let session = """
    {"name":"work","profile":"work","provider":"cognito","issuer":"https://idp.example.org","subject":"s-1",\
    "username":"u","scopes":["openid"],"state":"active","reason":null,"generation":3,\
    "access_token_expires_at":"2026-11-22T21:00:00Z","id_token_expires_at":"2026-11-22T21:00:00Z",\
    "refresh_token_expires_at":null,"signed_in_at":"2026-11-22T20:00:00Z","last_refresh_at":"2026-11-22T20:30:00Z",\
    "next_refresh_at":"2026-11-22T20:50:00Z",\
    "last_error":{"code":"offline","message":"No route.","at":"2026-11-22T20:10:00Z","retryable":true},\
    "clock_skew_seconds":-7200}
    """
  static let status = """
    {"agent":{"version":"0.1.0","pid":1,"uptime_seconds":1,"socket":"/run/user/1/session-agent/agent.sock",\
    "network":"online","keystore":{"state":"unlocked","key_source":"secret-service"}},"sessions":[\(session)],\
    "pending":[{"action":"revoke","session":"old","issuer":"https://idp.example.org","attempts":2,\
    "next_attempt_at":"2026-11-22T20:00:00Z","gives_up_at":"2026-12-22T20:00:00Z","last_error":null}],"forwards":[]}
    """
  static let problem = """
    {"type":"about:blank","title":"Sign-in required","status":401,\
    "detail":"The provider revoked the session's refresh token. Run: agentctl login work","code":"sign_in_required",\
    "retryable":false,"retry_after_seconds":null,"reason":"refresh_token_revoked","session":"work",\
    "provider":{"http_status":400,"code":"NotAuthorizedException","request_id":"r-1"}}
    """
  static let token = """
    {"token":"e.y.J","token_type":"Bearer","type":"access","expires_at":"2026-11-22T21:00:00Z","expires_in":3600,\
    "generation":3,"session":"work","stale":false}
    """
  static let claims = """
    {"session":"work","type":"id","claims":{"sub":"s-1","cognito:groups":["a"],"n":1.5},\
    "expires_at":"2026-11-22T21:00:00Z","expired":true,"generation":3}
    """
  static let signOut = #"{"session":"work","revocation":"queued","everywhere":"not_done"}"#
  static let keystore = """
    {"state":"locked","key_source":"passphrase","path":"/home/u/k.sqlite","schema":1,"last_error":null,\
    "slots":[{"source":"passphrase","created_at":"2026-11-22T20:00:00Z","state":"locked","asks":"passphrase",\
    "detail":null}]}
    """
  static let event = """
    {"id":"7f3a-41","event":"session.refreshed","at":"2026-11-22T20:00:00Z","session":"work","generation":4,\
    "expires_at":"2026-11-22T21:00:00Z"}
    """
  static let loginRequest = """
    {"profile":"work","session":"work","flow":"srp","username":"u","preferred_challenge":null,\
    "identity_provider":null,"idp_identifier":null,"login_hint":null,"lang":null,"browser":"loopback","replace":false,\
    "client_metadata":{},"aws_credentials":{"access_key_id":"AKIA","secret_access_key":"k","session_token":null}}
    """
  static let forward = """
    {"id":"f","path":"/tmp/s","sessions":["work"],"types":["access"],"expires_at":"2026-11-22T21:00:00Z",\
    "uses_left":null,"confirm":false,"connections":0,"created_at":"2026-11-22T20:00:00Z"}
    """

  /// A login at that step.
  static func login(_ step: String) -> String {
    """
    {"id":"0f","profile":"work","session":"work","flow":"srp","created_at":"2026-11-22T20:00:00Z",\
    "expires_at":"2026-11-22T20:15:00Z","step":\(step)}
    """
  }

  /// A step of every kind.
  static let steps = [
    #"{"number":1,"kind":"username","error":null}"#, #"{"number":1,"kind":"password","error":null}"#,
    #"{"number":2,"kind":"new_password","error":null,"required_attributes":["name"],"policy":null}"#,
    #"{"number":2,"kind":"totp_code","error":null,"device_name":"phone"}"#,
    #"{"number":3,"kind":"totp_code","error":{"code":"credentials_refused","reason":"wrong_code","message":"No.","#
      + #""attempts_left":null},"device_name":null}"#,
    #"{"number":2,"kind":"sms_code","error":null,"destination":"+*******12"}"#,
    #"{"number":2,"kind":"email_code","error":null,"destination":"u***@e***"}"#,
    #"{"number":2,"kind":"select_mfa","error":null,"options":["SOFTWARE_TOKEN_MFA","SMS_MFA"]}"#,
    #"{"number":2,"kind":"select_challenge","error":null,"options":["PASSWORD_SRP"]}"#,
    #"{"number":2,"kind":"mfa_setup","error":null,"secret":"JBSW","otpauth_uri":"otpauth://totp/x"}"#,
    #"{"number":2,"kind":"custom","error":null,"parameters":{"question":"2+2"}}"#,
    #"{"number":1,"kind":"browser","error":null,"url":"https://x","redirect_uri":"http://127.0.0.1:1/","manual":false}"#,
    #"{"number":1,"kind":"device_code","error":null,"user_code":"A-B","verification_uri":"https://x","#
      + #""verification_uri_complete":null,"interval_seconds":5,"expires_at":"2026-11-22T20:00:00Z"}"#,
    #"{"number":3,"kind":"done","error":null,"session":\#(session)}"#,
    #"{"number":3,"kind":"failed","error":null,"problem":\#(problem)}"#,
  ]
}

extension WireDocument {
  /// Reads a text and writes it again.
  static func rewritten(_ text: String) throws -> String {
    let document = try Array(text.utf8).withUnsafeBytes { try Self(text: $0) }
    return String(decoding: document.text, as: UTF8.self)
  }

  /// Reads a text.
  static func read(_ text: String) throws -> Self {
    try Array(text.utf8).withUnsafeBytes { try Self(text: $0) }
  }
}
