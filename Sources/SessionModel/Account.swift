/// Where a user pool sent a code (`CodeDeliveryDetailsType`).
public struct CodeDelivery: Hashable, Sendable {
  /// `EMAIL` or `SMS`.
  public var medium: String
  /// The address or number, masked by the pool.
  public var destination: String
  /// The attribute that the address is of.
  public var attribute: String?

  /// A delivery.
  public init(medium: String, destination: String, attribute: String?) {
    self.medium = medium
    self.destination = destination
    self.attribute = attribute
  }
}

/// What came of a sign-up.
public struct SignedUp: Hashable, Sendable {
  /// Whether the account can sign in already.
  public var isConfirmed: Bool
  /// The account's id (`UserSub`).
  public var subject: String?
  /// Where the code that confirms it was sent.
  public var delivery: CodeDelivery?

  /// A sign-up.
  public init(isConfirmed: Bool, subject: String?, delivery: CodeDelivery?) {
    self.isConfirmed = isConfirmed
    self.subject = subject
    self.delivery = delivery
  }
}

/// The second factors that an account signs in with.
public struct MFASettings: Hashable, Sendable {
  /// The factors in use, of `MFAMethod` or newer ones.
  public var methods: [String]
  /// The one that is asked for first.
  public var preferred: String?

  /// Second factors.
  public init(methods: [String], preferred: String?) {
    self.methods = methods
    self.preferred = preferred
  }
}

/// The second factors that can be chosen (SetUserMFAPreference).
public enum MFAMethod: String, Hashable, Sendable, CaseIterable {
  case softwareToken = "SOFTWARE_TOKEN_MFA"
  case sms = "SMS_MFA"
  case email = "EMAIL_OTP"
}

/// An account as its pool has it (GetUser).
public struct Account: Hashable, Sendable {
  /// The pool's own name of the user.
  public var username: String
  /// Its attributes by name.
  public var attributes: [String: String]
  /// Its second factors.
  public var mfa: MFASettings

  /// An account.
  public init(username: String, attributes: [String: String], mfa: MFASettings) {
    self.username = username
    self.attributes = attributes
    self.mfa = mfa
  }
}

/// What an authenticator app is set up with.
public struct TOTPEnrolment: Hashable, Sendable {
  /// The shared secret in base32.
  public var secret: Secret
  /// The same as an `otpauth://` address.
  public var otpauthURI: Secret

  /// A set-up.
  public init(secret: Secret, otpauthURI: Secret) {
    self.secret = secret
    self.otpauthURI = otpauthURI
  }
}

/// A device that an account is used from (`DeviceType`).
public struct AccountDevice: Hashable, Sendable {
  /// Its id.
  public var key: String
  /// Its name, where it has one.
  public var name: String?
  /// When it was first seen.
  public var createdAt: Timestamp?
  /// When it last signed in.
  public var lastUsedAt: Timestamp?

  /// A device.
  public init(key: String, name: String?, createdAt: Timestamp?, lastUsedAt: Timestamp?) {
    self.key = key
    self.name = name
    self.createdAt = createdAt
    self.lastUsedAt = lastUsedAt
  }
}

/// A passkey (`WebAuthnCredentialDescription`).
public struct Passkey: Hashable, Sendable {
  /// Its id.
  public var id: String
  /// Its name.
  public var name: String?
  /// When it was registered.
  public var createdAt: Timestamp?

  /// A passkey.
  public init(id: String, name: String?, createdAt: Timestamp?) {
    self.id = id
    self.name = name
    self.createdAt = createdAt
  }
}
