internal import SessionModel
internal import WireJSON

/// What the rows of the store were when somebody who had the key wrote them last. It lies in the store, sealed: a row
/// that was put back, changed or taken away without the key differs from it, whatever opens.
struct Manifest: Equatable {
  /// A row's place: its table and its primary key.
  struct Place: Hashable, Comparable {
    var table: String
    var key: String

    static func session(_ name: SessionName) -> Place { Place(table: "session", key: name.rawValue) }

    /// The row in words, for a person.
    ///
    /// - Parameter session: the session that it is about, where it is about one.
    func words(about session: String?) -> String {
      let name = String((session ?? key).prefix(64))
      return switch table {
      case "session", "generation": "session \(name)"
      case "client_secret": "the client secret of profile \(name)"
      case "revocation": "the order to revoke a token of \(name)"
      case "slot": "the \(name) slot"
      case "device": "a remembered device"
      default: "table \(table)"
      }
    }

    /// What a person does about a row that is not as it was stored.
    ///
    /// - Parameter session: the session that it is about, where it is about one.
    func remedy(about session: String?) -> String {
      let name = String((session ?? key).prefix(64))
      return switch table {
      case "session", "generation", "revocation":
        "Sign in there again: agentctl login \(name). Or sign out: agentctl logout \(name)"
      case "client_secret":
        "Give it again: agentctl profile add \(name) --user-pool-id POOL --client-id CLIENT --client-secret-file FILE"
      case "slot": "Make it anew or remove it: agentctl keystore remove-slot \(name)"
      case "device": "The next sign-in mends it: agentctl login --force"
      default: "See: agentctl doctor"
      }
    }

    func doesNotOpen(about session: String?) -> StoreError {
      .doesNotOpen(words(about: session), remedy: remedy(about: session))
    }

    static func < (left: Place, right: Place) -> Bool { (left.table, left.key) < (right.table, right.key) }
  }

  /// What is known of a row.
  struct Entry: Hashable {
    /// The session that it is about; nil where it is about none.
    var session: String?
    var digest: [UInt8]
  }

  /// Raised at each sign-in and rotation, and witnessed outside the store.
  var counter: Int64 = 0
  /// The ids of the sessions whose refresh tokens are held back, because the store came back older than its witness.
  var held: Set<String> = []
  var entries: [Place: Entry] = [:]

  /// Takes over what changed between two looks at the rows, and nothing else: what did not fit before does not now.
  mutating func take(_ before: [Place: Entry], _ after: [Place: Entry]) {
    for place in Set(before.keys).union(after.keys) where before[place] != after[place] {
      entries[place] = after[place]
    }
  }

  /// The places whose rows are not what was stored.
  func mismatches(_ rows: [Place: Entry]) -> [Place: Entry] {
    var found: [Place: Entry] = [:]
    for (place, entry) in entries where rows[place] != entry { found[place] = entry }
    for (place, row) in rows where entries[place] == nil { found[place] = row }
    return found
  }
}

extension Manifest {
  static func context(storeID: String) -> SealContext {
    SealContext(table: "manifest", row: storeID, column: "sealed", bound: [String]())
  }

  var encoded: Secret {
    let rows = entries.sorted { $0.key < $1.key }.map { place, entry -> JSONValue in
      [
        "t": .string(place.table), "k": .string(place.key), "s": .optional(entry.session),
        "d": .string(entry.digest.hexadecimal),
      ]
    }
    let object: JSONValue = [
      "counter": .integer(counter), "held": .array(held.sorted().map(JSONValue.string)), "rows": .array(rows),
    ]
    return Secret(copying: object.serialized())
  }

  /// Nil where the bytes are not a manifest.
  init?(_ encoded: Secret) {
    guard let json = JSONValue(parsing: encoded), let counter = json["counter"]?.integer,
      let held = json["held"]?.array, let rows = json["rows"]?.array
    else { return nil }
    self.counter = counter
    self.held = Set(held.compactMap { $0.string })
    for row in rows {
      guard let table = row["t"]?.string, let key = row["k"]?.string,
        let digest = row["d"]?.string.flatMap({ [UInt8](hexadecimal: $0) })
      else { return nil }
      entries[Place(table: table, key: key)] = Entry(session: row["s"]?.string, digest: digest)
    }
  }
}

extension [UInt8] {
  init?(hexadecimal text: String) {
    let digits = text.utf8.map { UInt8(ascii: "a") <= $0 ? $0 &- 87 : $0 &- 48 }
    guard digits.count.isMultiple(of: 2), digits.allSatisfy({ $0 < 16 }) else { return nil }
    self = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}
