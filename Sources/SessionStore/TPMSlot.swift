internal import SessionCrypto
internal import SessionModel
internal import WireJSON

/// What a slot keeps of its TPM, as JSON: what the TPM gave back for the key, which only that TPM can read.
struct TPMSlot {
  var sealed: [UInt8]
  var hasPIN: Bool

  init(sealed: [UInt8], hasPIN: Bool) {
    self.sealed = sealed
    self.hasPIN = hasPIN
  }

  /// Nil where the parameters are of no such slot.
  init?(_ parameters: [UInt8]) {
    guard let json = JSONValue(parsing: Secret(copying: parameters)), case .bool(let hasPIN)? = json["pin"],
      let sealed = json["sealed"]?.string.flatMap({ Base64.decode($0) }), !sealed.isEmpty
    else { return nil }
    self.init(sealed: sealed, hasPIN: hasPIN)
  }

  var encoded: [UInt8] {
    let object: JSONValue = ["pin": .bool(hasPIN), "sealed": .secret(Base64.encode(Secret(copying: sealed)))]
    return object.serialized()
  }
}
