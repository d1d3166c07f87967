/// ConfirmDevice, UpdateDeviceStatus, GetDevice, ListDevices and ForgetDevice.
extension PoolTurn {
  /// A device that a sign-in has found to be new, waiting to be confirmed.
  mutating func addDevice(to user: User) -> Device {
    let device = Device(
      key: "\(pool.id.prefix { $0 != "_" })_\(random.uuid())", groupKey: "-\(Base64URL.encode(random.bytes(6)))",
      createdAt: now, modifiedAt: now, lastSignInAt: now)
    let left = pool.users[user.username]?.devices.filter { $0.value.isConfirmed || canBeConfirmed($0.value) } ?? [:]
    pool.users[user.username]?.devices = left.merging([device.key: device]) { $1 }
    return device
  }

  /// A device is confirmed with the access token of its own sign-in, which is not refreshed before.
  private func canBeConfirmed(_ device: Device) -> Bool {
    let longest = pool.clients.values.map(\.accessTokenSeconds).max() ?? 0
    return now < device.createdAt + Seconds(longest)
  }

  /// The device has signed in.
  mutating func touchDevice(_ key: String, of user: User) {
    var user = pool.users[user.username] ?? user
    user.devices[key]?.lastSignInAt = now
    pool.users[user.username] = user
  }

  mutating func confirmDevice(_ request: Request) throws -> [String: JSON] {
    var user = try userOfAccessToken(request.text("AccessToken"))
    let key = request.text("DeviceKey")
    guard var device = user.devices[key],
      let config = request.members["DeviceSecretVerifierConfig"]?.asObject,
      let salt = config["Salt"]?.asString, let verifier = config["PasswordVerifier"]?.asString
    else { throw ServiceError.invalidParameter("Invalid device key given") }
    guard !device.isConfirmed else {
      throw ServiceError(name: "DeviceKeyExistsException", message: "Device key already exists.")
    }
    device.secret = PasswordVerifier(salt: try number(salt), verifier: try number(verifier))
    device.name = request.string("DeviceName")
    device.isRemembered = pool.deviceTracking == .always
    device.modifiedAt = now
    user.devices[key] = device
    update(user)
    return ["UserConfirmationNecessary": .bool(pool.deviceTracking == .optIn)]
  }

  /// Hexadecimal of a number that came as base64 of its signed bytes.
  private func number(_ text: String) throws -> String {
    guard let bytes = Base64.decode(text), let first = bytes.first else {
      throw ServiceError.invalidParameter("Invalid device secret verifier config given")
    }
    guard first & 0x80 == 0 else {
      throw ServiceError.invalidParameter("Negate value passed for salt and Password verifier")
    }
    return try BigNumber(bytes: bytes).hex
  }

  mutating func updateDeviceStatus(_ request: Request) throws -> [String: JSON] {
    try setStatus(request, of: try userOfAccessToken(request.text("AccessToken")))
  }

  mutating func setStatus(_ request: Request, of user: User) throws(ServiceError) -> [String: JSON] {
    var user = user
    var device = try device(request, of: user)
    if let status = request.string("DeviceRememberedStatus") { device.isRemembered = status == "remembered" }
    device.modifiedAt = now
    user.devices[device.key] = device
    update(user)
    return [:]
  }

  func getDevice(_ request: Request) throws -> [String: JSON] {
    try getDevice(request, of: try userOfAccessToken(request.text("AccessToken")))
  }

  func getDevice(_ request: Request, of user: User) throws(ServiceError) -> [String: JSON] {
    ["Device": try device(request, of: user).description]
  }

  func listDevices(_ request: Request) throws -> [String: JSON] {
    let user = try userOfAccessToken(request.text("AccessToken"))
    return try devices(of: user, request)
  }

  /// One page of a user's devices.
  func devices(of user: User, _ request: Request) throws(ServiceError) -> [String: JSON] {
    let listing = try Listing(
      of: user.confirmedDevices, after: request.string("PaginationToken"), limit: request.integer("Limit")
    ) { $0.key }
    return listing.answer("Devices", token: "PaginationToken", \.description)
  }

  mutating func forgetDevice(_ request: Request) throws -> [String: JSON] {
    try forgetDevice(request, of: try userOfAccessToken(request.text("AccessToken")))
  }

  mutating func forgetDevice(_ request: Request, of user: User) throws(ServiceError) -> [String: JSON] {
    var user = user
    let device = try device(request, of: user)
    user.devices[device.key] = nil
    update(user)
    return [:]
  }

  /// The confirmed device that the request names.
  private func device(_ request: Request, of user: User) throws(ServiceError) -> Device {
    guard let device = user.devices[request.text("DeviceKey")], device.isConfirmed else { throw .noSuchDevice }
    return device
  }
}

extension Device {
  /// `DeviceType`.
  var description: JSON {
    var attributes = ["device_status": "valid", "dev:device_remembered_status": status]
    attributes["device_name"] = name
    return .object([
      "DeviceKey": .string(key),
      "DeviceAttributes": .array(
        attributes.sorted { $0.key < $1.key }.map { .strings(["Name": $0.key, "Value": $0.value]) }),
      "DeviceCreateDate": .number(createdAt), "DeviceLastModifiedDate": .number(modifiedAt),
      "DeviceLastAuthenticatedDate": .number(lastSignInAt),
    ])
  }

  private var status: String { isRemembered ? "remembered" : "not_remembered" }
}
