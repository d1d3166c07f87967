/// One app client of a pool; lifetimes in seconds, shorter than AWS would take them.
struct AppClient: Codable, Sendable, Equatable {
  enum Flow: String, Codable, Sendable, CaseIterable {
    case userSRP = "ALLOW_USER_SRP_AUTH"
    case userPassword = "ALLOW_USER_PASSWORD_AUTH"
    case refreshToken = "ALLOW_REFRESH_TOKEN_AUTH"
    case custom = "ALLOW_CUSTOM_AUTH"
    case choice = "ALLOW_USER_AUTH"
    case adminPassword = "ALLOW_ADMIN_USER_PASSWORD_AUTH"
  }

  struct Rotation: Codable, Sendable, Equatable {
    var enabled = false
    var graceSeconds = 0
  }

  let id: String
  var name: String
  var secret: String?
  var flows: [Flow] = [.userSRP, .refreshToken, .custom]
  var accessTokenSeconds = 3600
  var idTokenSeconds = 3600
  var refreshTokenSeconds = 30 * 86400
  var sessionSeconds = 180
  var rotation = Rotation()
  var preventUserExistenceErrors = false
  var callbackURLs: [String] = []
  var logoutURLs: [String] = []
  var scopes: [String] = []
  var settings = ClientSettings()

  func allows(_ flow: Flow) -> Bool {
    // A client that rotates must have this flow off.
    if flow == .refreshToken, rotation.enabled { return false }
    return flows.contains(flow)
  }
}
