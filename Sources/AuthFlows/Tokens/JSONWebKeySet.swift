internal import SessionCrypto
internal import SessionModel
internal import WireJSON

/// The RS256 keys of an issuer by `kid` (RFC 7517 §5).
struct JSONWebKeySet: Hashable {
  var keys: [String: RSAPublicKey]

  /// Reads a key set. Keys of other kinds or uses are left out (RFC 7517 §5 says so).
  ///
  /// - Throws: `JSONError` where the text is no key set at all.
  init(_ text: Secret) throws {
    var keys: [String: RSAPublicKey] = [:]
    var hasKeys = false
    try text.withRevealedBytes { bytes in
      try JSONReader.read(bytes) { reader in
        try reader.object { name, value in
          guard name == "keys" else { return try value.skip() }
          hasKeys = true
          try value.array { element in
            guard let (id, key) = JSONWebKeySet.key(try element.value()) else { return }
            keys[id] = key
          }
        }
      }
    }
    guard hasKeys else { throw JSONError.missingMember("keys") }
    self.keys = keys
  }

  private static func key(_ value: JSONValue) -> (id: String, key: RSAPublicKey)? {
    guard let id = value["kid"]?.string, value["kty"]?.string == "RSA",
      value["alg"]?.string ?? "RS256" == "RS256", value["use"]?.string ?? "sig" == "sig",
      let modulus = value["n"]?.string.flatMap({ Base64.decode($0, .url) }),
      let exponent = value["e"]?.string.flatMap({ Base64.decode($0, .url) }),
      let key = RSAPublicKey(modulus: modulus, exponent: exponent)
    else { return nil }
    return (id, key)
  }

  /// The set as RFC 7517 JSON.
  var json: JSONValue {
    let elements = keys.sorted { $0.key < $1.key }.map { id, key in
      let n = Base64.encode(Secret(copying: key.modulus), .url).revealString()
      let e = Base64.encode(Secret(copying: key.exponent), .url).revealString()
      return JSONValue.object([
        JSONMember("kid", .string(id)), JSONMember("kty", "RSA"), JSONMember("alg", "RS256"), JSONMember("use", "sig"),
        JSONMember("n", .string(n)), JSONMember("e", .string(e)),
      ])
    }
    return .object([JSONMember("keys", .array(elements))])
  }
}
