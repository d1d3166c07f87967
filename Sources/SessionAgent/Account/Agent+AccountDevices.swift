internal import AuthFlows
internal import NIOCore
internal import NIOHTTP1
internal import SessionAPI
internal import SessionModel
internal import WireJSON

/// The devices and passkeys of who is signed in (CONTRACT §7.7).
extension Agent {
  func getDevices(_ request: Request, _ name: SessionName) throws -> Reply {
    try request.allowOnly()
    return .later {
      let devices = try await self.withAccount(name) { client, record throws(ProviderFailure) in
        try await client.devices(accessToken: record.tokens.access.value).map {
          DeviceDocument($0, isCurrent: $0.key == record.deviceKey)
        }
      }
      return .json(DevicesDocument(devices: devices).json)
    }
  }

  func putDevice(_ request: Request, _ name: SessionName, _ key: String) throws -> Reply {
    try request.allowOnly()
    try Request.bound("key", key, Agent.deviceKey)
    let remembered = try request.isRemembered()
    return .later {
      try await self.withAccount(name) { client, record throws(ProviderFailure) in
        try await client.setDevice(accessToken: record.tokens.access.value, key: key, isRemembered: remembered)
      }
      return .json([:])
    }
  }

  func deleteDevice(_ request: Request, _ name: SessionName, _ key: String) throws -> Reply {
    try request.allowOnly()
    try Request.bound("key", key, Agent.deviceKey)
    return .later {
      try await self.withAccount(name) { client, record throws(ProviderFailure) in
        try await client.forgetDevice(accessToken: record.tokens.access.value, key: key)
      }
      await self.dropDevice(key, of: name)
      return .noContent
    }
  }

  func getPasskeys(_ request: Request, _ name: SessionName) throws -> Reply {
    try request.allowOnly()
    return .later {
      let passkeys = try await self.withAccount(name) { client, record throws(ProviderFailure) in
        try await client.passkeys(accessToken: record.tokens.access.value)
      }
      return .json(PasskeysDocument(passkeys: passkeys).json)
    }
  }

  func deletePasskey(_ request: Request, _ name: SessionName, _ id: String) throws -> Reply {
    try request.allowOnly()
    try Request.bound("id", id, 1...1024)
    return .later {
      try await self.withAccount(name) { client, record throws(ProviderFailure) in
        try await client.deletePasskey(accessToken: record.tokens.access.value, id: id)
      }
      return .noContent
    }
  }

  private static let deviceKey = 1...128
}
