public import SessionModel
internal import WireJSON

/// The devices that the account is used from.
extension CognitoClient {
  /// The most pages that a list may have: more is a list without end.
  static let mostPages = 50

  /// All devices (ListDevices).
  public func devices(accessToken: Secret) async throws(ProviderFailure) -> [AccountDevice] {
    try await pages(.listDevices, accessToken, list: "Devices", next: "PaginationToken") { reader in
      try AccountDevice.read(&reader)
    }
  }

  /// Whether a device is to be remembered (UpdateDeviceStatus).
  public func setDevice(
    accessToken: Secret, key: String, isRemembered: Bool
  ) async throws(ProviderFailure) {
    let status = JSONMember("DeviceRememberedStatus", isRemembered ? "remembered" : "not_remembered")
    try await account(.updateDeviceStatus, accessToken, JSONMember("DeviceKey", .string(key)), status).expectNothing()
  }

  /// Has a device forgotten (ForgetDevice).
  public func forgetDevice(accessToken: Secret, key: String) async throws(ProviderFailure) {
    try await account(.forgetDevice, accessToken, JSONMember("DeviceKey", .string(key))).expectNothing()
  }

  /// All elements of a list that comes in pages.
  func pages<Element>(
    _ operation: Operation, _ accessToken: Secret, list: String, next: String,
    _ read: (inout JSONReader) throws -> Element?
  ) async throws(ProviderFailure) -> [Element] {
    var elements: [Element] = []
    var page: String?
    for _ in 0..<CognitoClient.mostPages {
      var body = [JSONMember("AccessToken", .secret(accessToken))]
      if let page { body.append(JSONMember(next, .string(page))) }
      page = nil
      try await account(operation, body, for: .account).read { name, value in
        if value.null() { return }
        switch name {
        case list: try value.array { if let element = try read(&$0) { elements.append(element) } }
        case next: page = try value.string()
        default: try value.skip()
        }
      }
      guard let page, !page.isEmpty else { return elements }
    }
    throw ProviderFailure.pointless("The provider's list does not end.")
  }
}

extension AccountDevice {
  /// Reads `DeviceType`; nil for one without a key.
  fileprivate static func read(_ reader: inout JSONReader) throws -> AccountDevice? {
    var device = AccountDevice(key: "", name: nil, createdAt: nil, lastUsedAt: nil)
    try reader.object { name, value in
      if value.null() { return }
      switch name {
      case "DeviceKey": device.key = try value.string()
      case "DeviceAttributes": device.name = try JSONValue.readAttributes(&value)["device_name"]
      case "DeviceCreateDate": device.createdAt = try Timestamp.read(&value)
      case "DeviceLastAuthenticatedDate": device.lastUsedAt = try Timestamp.read(&value)
      default: try value.skip()
      }
    }
    return device.key.isEmpty ? nil : device
  }
}

extension Timestamp {
  /// Reads a time in seconds since 1970, with or without a fraction; nil for one that is out of all bounds.
  static func read(_ reader: inout JSONReader) throws -> Timestamp? {
    Int64(exactly: try reader.double().rounded(.down)).flatMap { (0...253_402_300_799).contains($0) ? $0 : nil }
      .map { Timestamp(seconds: $0) }
  }
}
