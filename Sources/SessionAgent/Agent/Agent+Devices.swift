internal import AuthFlows
internal import Logging
internal import SessionModel
internal import SessionStore

/// The devices that pools remember: they belong to a profile and a user, and outlive the sessions signed in with them.
extension Agent {
  /// What this machine's device is called in a list of the account's.
  static let deviceName = "session-agent on \(HostName.current)"

  /// The memory that a sign-in under a profile uses.
  func devices(_ settings: CognitoSettings, _ profile: ProfileName) -> AgentDevices {
    let place = DevicePlace(profile: profile, origin: settings.origin)
    return AgentDevices(keystore: parts.keystore, place: place, logger: parts.logger)
  }

  /// Keeps what a sign-in said of the device. That it can't be kept is no reason not to be signed in.
  func keepDevice(_ signedIn: SignedIn, _ profile: ProfileName) async {
    switch signedIn.device {
    case .none, .known: return
    case .unconfirmed(_, let problem):
      parts.logger.warning(
        "the pool does not take this machine as a device",
        metadata: ["profile": "\(profile)", "why": "\(problem.detail)"])
    case .confirmed(let device, _):
      guard let place = Agent.devicePlace(signedIn.binding, profile) else { return }
      let (name, typed) = (signedIn.identity.username, signedIn.typedName)
      let stored = StoredDevice(
        place: place, username: name, aliases: typed == name ? [] : [typed], device: device)
      do throws(StoreError) {
        try await parts.keystore.setDevice(stored)
      } catch {
        parts.logger.warning(
          "the device could not be stored", metadata: ["profile": "\(profile)", "error": "\(error)"])
      }
    }
  }

  /// Drops what is kept of a device that the session's account forgot (ForgetDevice).
  func dropDevice(_ key: String, of session: SessionName) async {
    guard let record = sessions[session]?.record, let place = Agent.devicePlace(record.binding, record.profile) else {
      return
    }
    do throws(StoreError) {
      try await parts.keystore.removeDevice(key: key, at: place)
    } catch {
      parts.logger.warning("a device could not be forgotten", metadata: ["session": "\(session)", "error": "\(error)"])
    }
  }

  /// Drops what is kept of a profile's devices.
  func dropDevices(of profile: ProfileName) async {
    do throws(StoreError) {
      try await parts.keystore.removeDevices(of: profile)
    } catch {
      parts.logger.warning("devices could not be forgotten", metadata: ["profile": "\(profile)", "error": "\(error)"])
    }
  }

  /// Where a session's device is remembered.
  private static func devicePlace(_ binding: SessionBinding, _ profile: ProfileName) -> DevicePlace? {
    binding.userPoolID.map { pool in
      let settings = CognitoSettings(userPoolID: pool, clientID: binding.clientID, endpoint: binding.serviceURL)
      return DevicePlace(profile: profile, origin: settings.origin)
    }
  }
}

/// The devices of one profile at one place, in the keystore.
struct AgentDevices: DeviceMemory {
  let keystore: Keystore
  let place: DevicePlace
  let logger: Logger

  func device(of username: String) async -> RememberedDevice? {
    do throws(StoreError) {
      return try await keystore.device(of: username, at: place)
    } catch {
      logger.warning("the device could not be read", metadata: ["error": "\(error)"])
      return nil
    }
  }

  func forget(_ device: RememberedDevice) async {
    do throws(StoreError) {
      try await keystore.removeDevice(key: device.key, at: place)
    } catch {
      logger.warning("a device could not be forgotten", metadata: ["error": "\(error)"])
    }
  }
}

extension CognitoSettings {
  /// The service, the pool and the client, in one line.
  var origin: String { "\(serviceURL) \(userPoolID) \(clientID)" }
}
