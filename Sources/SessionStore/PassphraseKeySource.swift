public import SessionCrypto
public import SessionModel
internal import WireJSON

/// A key derived from a passphrase by scrypt (RFC 7914). The slot keeps salt and cost.
public struct PassphraseKeySource: KeySource {
  /// `passphrase`.
  public let name = KeySourceName.passphrase
  private let cost: Scrypt.Parameters
  private let random: any RandomSource

  /// One derivation at a time in the whole process: each takes 128 MiB or more.
  private static let thread = SerialThread(name: "scrypt")

  /// A source whose new slots have that cost.
  public init(random: any RandomSource, cost: Scrypt.Parameters = .standard) {
    self.random = random
    self.cost = cost
  }

  /// Always the passphrase.
  public func asks(_ parameters: [UInt8]) -> SlotSecret? { .passphrase }

  /// Derives the key on a thread of its own.
  public func wrappingKey(for request: KeyRequest) async throws(KeySourceError) -> WrappingKey {
    guard let passphrase = request.passphrase else { throw .passphraseNeeded }
    let kept: SlotParameters
    if let parameters = request.parameters {
      guard let parsed = SlotParameters(parameters) else {
        throw .unfit("The passphrase slot asks for scrypt parameters outside N = 2^15…2^20, r = 8, p = 1.")
      }
      kept = parsed
    } else {
      kept = SlotParameters(cost: cost, salt: random.bytes(SlotParameters.saltLength))
    }
    let derived: Result<Secret, Scrypt.Failure> = await withCheckedContinuation { continuation in
      Self.thread.run {
        let result = Result { () throws(Scrypt.Failure) in
          try Scrypt.derive(passphrase, salt: kept.salt, parameters: kept.cost)
        }
        continuation.resume(returning: result)
      }
    }
    switch derived {
    case .success(let key): return WrappingKey(key: key, parameters: kept.encoded)
    case .failure(let failure):
      throw .unavailable("scrypt needs \(failure.neededBytes >> 20) MiB of memory, which are not to be had.")
    }
  }

  /// What the slot keeps, as JSON.
  private struct SlotParameters {
    static let saltLength = 16
    var cost: Scrypt.Parameters
    var salt: [UInt8]

    init(cost: Scrypt.Parameters, salt: [UInt8]) {
      self.cost = cost
      self.salt = salt
    }

    init?(_ encoded: [UInt8]) {
      guard let json = JSONValue(parsing: Secret(copying: encoded)), let n = json["n"]?.integer,
        let r = json["r"]?.integer, let p = json["p"]?.integer,
        let cost = Scrypt.Parameters(n: n, r: r, p: p),
        let salt = json["salt"]?.string.flatMap({ Base64.decode($0) }), salt.count == Self.saltLength
      else { return nil }
      self.cost = cost
      self.salt = salt
    }

    var encoded: [UInt8] {
      let object: JSONValue = [
        "n": .integer(Int64(cost.n)), "r": .integer(Int64(cost.r)), "p": .integer(Int64(cost.p)),
        "salt": .secret(Base64.encode(Secret(copying: salt))),
      ]
      return object.serialized()
    }
  }
}
