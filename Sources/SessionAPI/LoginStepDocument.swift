public import SessionModel
public import WireJSON

/// One step of a login: what it asks, or how it ended.
public struct LoginStepDocument: WireDocument {
  /// What a step is.
  public enum Kind: Hashable, Sendable {
    /// Somebody must answer.
    case prompt(LoginPrompt)
    /// A person signs in at a page of the provider.
    case browser(BrowserStep)
    /// A person enters a code on another device (RFC 8628).
    case deviceCode(DeviceCodeStep)
    /// Signed in. The device's key, where the pool remembers it only when a person wishes it.
    case done(SessionDocument, deviceToRemember: String? = nil)
    /// Not signed in, and why.
    case failed(Problem)
  }

  /// A page to open.
  public struct BrowserStep: Hashable, Sendable {
    /// Its address.
    public var url: String
    /// Where the provider sends the browser afterwards.
    public var redirectURI: String
    /// Whether the person pastes the address that the browser ended at.
    public var manual: Bool
    /// A page to open.
    public init(url: String, redirectURI: String, manual: Bool) {
      self.url = url
      self.redirectURI = redirectURI
      self.manual = manual
    }
  }

  /// A code to enter (RFC 8628 §3.2).
  public struct DeviceCodeStep: Hashable, Sendable {
    /// What to type.
    public var userCode: String
    /// Where.
    public var verificationURI: String
    /// The same with the code in it.
    public var verificationURIComplete: String?
    /// How often the agent asks the provider.
    public var intervalSeconds: Int
    /// When the code ends.
    public var expiresAt: Timestamp
    /// A code to enter.
    public init(
      userCode: String, verificationURI: String, verificationURIComplete: String?, intervalSeconds: Int,
      expiresAt: Timestamp
    ) {
      self.userCode = userCode
      self.verificationURI = verificationURI
      self.verificationURIComplete = verificationURIComplete
      self.intervalSeconds = intervalSeconds
      self.expiresAt = expiresAt
    }
  }

  /// Counts the steps of this login from 1.
  public var number: Int
  /// What it is.
  public var kind: Kind
  /// Why the answer before was not taken.
  public var error: AnswerRefused?

  /// A step.
  public init(number: Int, kind: Kind, error: AnswerRefused? = nil) {
    self.number = number
    self.kind = kind
    self.error = error
  }

  /// Whether the login is over.
  public var isFinal: Bool {
    switch kind {
    case .done, .failed: true
    case .prompt, .browser, .deviceCode: false
    }
  }

  /// It as JSON.
  public var json: JSONValue {
    let head = [
      JSONMember("number", .integer(Int64(number))), JSONMember("kind", .string(kind.name)),
      JSONMember("error", error.map(LoginStepDocument.json(of:)) ?? .null),
    ]
    return .object(head + kind.members)
  }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    number = Int(try fields.integer("number"))
    kind = try Kind(fields)
    error = try fields.value("error").map { try LoginStepDocument.refusal(JSONFields($0)) }
  }

  private static func json(of refused: AnswerRefused) -> JSONValue {
    [
      "code": .string(ProblemCode.credentialsRefused.rawValue), "reason": .string(refused.reason.rawValue),
      "message": .string(refused.message), "attempts_left": .optional(refused.attemptsLeft),
    ]
  }

  private static func refusal(_ fields: JSONFields) throws -> AnswerRefused {
    AnswerRefused(
      try fields.choice("reason"), try fields.string("message"),
      attemptsLeft: try fields.optionalInteger("attempts_left").map { Int($0) })
  }
}
