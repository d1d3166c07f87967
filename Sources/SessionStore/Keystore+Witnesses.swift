/// What remembers outside the store how far it was (SECURITY 3): a file, and each source of a slot that has a place for
/// it. The one that knows most counts.
extension Keystore {
  /// How far the store was at least.
  ///
  /// - Parameter heard: what the source says that gave the key.
  func witnessed(_ heard: Int64?) -> Int64 { max(witness.counter(of: storeID) ?? 0, heard ?? 0) }

  /// Tells them how far the store is. The file knows when this returns; nothing waits for the others.
  ///
  /// - Parameter heard: what a source has just said, which is not told the same.
  func tellWitnesses(heard: Int64? = nil) {
    witnessTrouble = nil
    guard manifest.counter > 0 else { return }
    witnessTrouble = witness.record(counter: manifest.counter, of: storeID)
    guard heard != manifest.counter else { return }
    for slot in slots { source(slot.source)?.record(counter: manifest.counter, of: storeID) }
  }
}
