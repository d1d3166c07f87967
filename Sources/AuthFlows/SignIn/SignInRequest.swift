public import SessionModel

/// How to sign in.
public struct SignInRequest: Sendable {
  /// The flow.
  public var flow: LoginFlow
  /// The user's name or an alias of it; asked for where nil.
  public var username: String?
  /// The challenge wished for first, where the flow offers a choice.
  public var preferredChallenge: String?
  /// Handed to the pool's Lambda triggers (`ClientMetadata`).
  public var clientMetadata: [String: String]
  /// What the flow `admin` signs its requests with.
  public var awsCredentials: AWSCredentials?
  /// The devices that pools remember; nil where none is to take part.
  public var devices: (any DeviceMemory)?
  /// What a pool that remembers devices is told to call this one.
  public var deviceName: String?

  /// The challenges that can be wished for (`PREFERRED_CHALLENGE`).
  public static let preferable = ["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]

  /// A request.
  public init(
    flow: LoginFlow, username: String? = nil, preferredChallenge: String? = nil, clientMetadata: [String: String] = [:],
    awsCredentials: AWSCredentials? = nil, devices: (any DeviceMemory)? = nil, deviceName: String? = nil
  ) {
    self.flow = flow
    self.username = username
    self.preferredChallenge = preferredChallenge
    self.clientMetadata = clientMetadata
    self.awsCredentials = awsCredentials
    self.devices = devices
    self.deviceName = deviceName
  }
}

/// Somebody who signed in: tokens checked, nothing stored yet.
public struct SignedIn: Sendable {
  /// The tokens.
  public var tokens: TokenSet
  /// Who.
  public var identity: Identity
  /// The name that was typed: the pool's own or an alias.
  public var typedName: String
  /// Where the session's secrets may go.
  public var binding: SessionBinding
  /// The access token's life in seconds, as the provider says it (`ExpiresIn`).
  public var expiresInSeconds: Int64
  /// When the tokens came, by our clock.
  public var receivedAt: Timestamp
  /// When the tokens came, by the provider's clock (`Date`).
  public var providerDate: Timestamp?
  /// What the pool does with the device.
  public var device: DeviceOutcome
}

/// What became of the device in a sign-in.
public enum DeviceOutcome: Hashable, Sendable {
  /// The pool tracks no devices in this flow.
  case none
  /// It was known already; refreshes carry its key.
  case known(key: String)
  /// It is new to the pool and confirmed: to be kept. The pool remembers it, or does so once a person wishes it.
  case confirmed(RememberedDevice, isUpToPerson: Bool)
  /// It is new to the pool and could not be confirmed: refreshes carry its key, and may be refused.
  case unconfirmed(key: String, Problem)

  /// The key that refreshes carry.
  public var key: String? {
    switch self {
    case .none: nil
    case .known(let key), .unconfirmed(let key, _): key
    case .confirmed(let device, _): device.key
    }
  }

  /// The key of a device of which a person is to say whether it is remembered.
  public var keyToDecideOn: String? {
    if case .confirmed(let device, isUpToPerson: true) = self { device.key } else { nil }
  }
}
