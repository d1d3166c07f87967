internal import GRDB

extension Keystore {
  /// Looks at all of the store and changes nothing: each page of the file by SQLite's own check and, while it is
  /// unlocked, each row by the manifest and each sealed value by opening it.
  public func check() -> StoreCheck {
    var check = StoreCheck()
    if let fault {
      check.findings = [.init(subject: "file", detail: fault.description)]
      return check
    }
    guard let database else { return check }
    do throws(StoreError) {
      let pages = try database.findings()
      check.findings = pages.map { .init(subject: "file", detail: StoreError.damage(path, $0)) }
      guard pages.isEmpty, dataKey != nil else { return check }
      let (count, wrong) = try read { database, sealer in
        (try rows(database).count, try wrongRows(database, sealer))
      }
      check.rows = count
      check.findings = wrong.sorted { $0.key < $1.key }.map(\.value) + wrongSlots
    } catch {
      check.findings = [.init(subject: "file", detail: error.description)]
    }
    return check
  }

  /// The ways in whose key was tried and does not fit.
  private var wrongSlots: [StoreCheck.Finding] {
    slots.filter { trials[$0.source].isWrongKey }.map {
      .init(subject: "the \($0.source.rawValue) slot", detail: StoreError.wrongSlot($0.source))
    }
  }

  private func wrongRows(_ database: Database, _ sealer: Sealer) throws -> [Manifest.Place: StoreCheck.Finding] {
    var found = try mismatches(database).map { place, entry in
      (place, StoreCheck.Finding(subject: place.words(about: entry.session), detail: Self.notAsStored))
    }
    for table in SealedTable.all {
      found += try table.closed(sealer, database).map { place, words in
        (place, StoreCheck.Finding(subject: words, detail: "A sealed value of it does not open."))
      }
    }
    return Dictionary(found) { first, _ in first }
  }
}

extension SealedTable {
  /// The rows of which a value does not open, each with its words.
  fileprivate func closed(_ sealer: Sealer, _ database: Database) throws -> [(Manifest.Place, String)] {
    try Row.fetchAll(database, sql: "SELECT * FROM \(name)").filter { row in
      guard let values = try? values(row) else { return true }
      return values.contains { (try? sealer.open($0.sealed, $0.context)) == nil }
    }.map { (try Manifest.place($0, of: name, database), try Manifest.words($0, of: name, database)) }
  }
}
