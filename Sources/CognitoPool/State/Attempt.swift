/// One try to sign in, as it goes on from message to message.
struct Attempt: Codable, Sendable, Equatable {
  enum Flow: String, Codable, Sendable {
    case srp = "USER_SRP_AUTH"
    case password = "USER_PASSWORD_AUTH"
    case custom = "CUSTOM_AUTH"
    case choice = "USER_AUTH"
    case adminPassword = "ADMIN_USER_PASSWORD_AUTH"
    case oldAdminPassword = "ADMIN_NO_SRP_AUTH"

    /// What a client must allow for it.
    var permission: AppClient.Flow {
      switch self {
      case .srp: .userSRP
      case .password: .userPassword
      case .custom: .custom
      case .choice: .choice
      case .adminPassword, .oldAdminPassword: .adminPassword
      }
    }

    /// Whether this call may begin it: the administrator's or anybody's.
    func begins(byAdministrator isAdministrator: Bool) -> Bool {
      switch self {
      case .srp, .custom, .choice: true
      case .password: !isAdministrator
      case .adminPassword, .oldAdminPassword: isAdministrator
      }
    }
  }

  let clientID: String
  /// The real username, or what stands for somebody who does not exist.
  let userID: String
  let flow: Flow
  var isByAdministrator = false
  /// The confirmed device that says it is the one.
  var deviceKey: String?
  /// It has proven to have the device's secret.
  var deviceIsProven = false

  /// Devices are told apart only where AWS does: not for plain passwords, not for administrators.
  var tracksDevices: Bool {
    switch flow {
    case .srp, .custom, .choice: !isByAdministrator
    case .password, .adminPassword, .oldAdminPassword: false
    }
  }
}
