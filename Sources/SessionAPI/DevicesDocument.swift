public import SessionModel
public import WireJSON

/// `GET …/account/devices`.
public struct DevicesDocument: WireDocument {
  /// The devices.
  public var devices: [DeviceDocument]

  /// A list of devices.
  public init(devices: [DeviceDocument]) { self.devices = devices }

  /// Reads it from JSON.
  public init(json: JSONValue) throws { devices = try JSONFields(json).documents("devices") }

  /// It as JSON.
  public var json: JSONValue { ["devices": .array(devices.map(\.json))] }
}

/// A device of the account.
public struct DeviceDocument: WireDocument {
  /// The device.
  public var device: AccountDevice
  /// Whether this session signed in as that device.
  public var isCurrent: Bool

  /// A device.
  public init(_ device: AccountDevice, isCurrent: Bool) {
    self.device = device
    self.isCurrent = isCurrent
  }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    device = AccountDevice(
      key: try fields.string("key"), name: try fields.optionalString("name"),
      createdAt: try fields.optionalTime("created_at"), lastUsedAt: try fields.optionalTime("last_used_at"))
    isCurrent = try fields.bool("current")
  }

  /// It as JSON.
  public var json: JSONValue {
    [
      "key": .string(device.key), "name": .optional(device.name), "created_at": .optional(device.createdAt),
      "last_used_at": .optional(device.lastUsedAt), "current": .bool(isCurrent),
    ]
  }
}

/// `GET …/account/passkeys`.
public struct PasskeysDocument: WireDocument {
  /// The passkeys.
  public var passkeys: [Passkey]

  /// A list of passkeys.
  public init(passkeys: [Passkey]) { self.passkeys = passkeys }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    passkeys = try JSONFields(json).documents("passkeys", PasskeyDocument.self).map(\.passkey)
  }

  /// It as JSON.
  public var json: JSONValue { ["passkeys": .array(passkeys.map { PasskeyDocument($0).json })] }
}

/// A passkey of the account.
public struct PasskeyDocument: WireDocument {
  /// The passkey.
  public var passkey: Passkey

  /// A passkey.
  public init(_ passkey: Passkey) { self.passkey = passkey }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    passkey = Passkey(
      id: try fields.string("id"), name: try fields.optionalString("name"),
      createdAt: try fields.optionalTime("created_at"))
  }

  /// It as JSON.
  public var json: JSONValue {
    ["id": .string(passkey.id), "name": .optional(passkey.name), "created_at": .optional(passkey.createdAt)]
  }
}
