/// Where a source that reads a file finds it: what the slot keeps, else what the settings say.
struct SlotPlace {
  /// The file's path, or the credential's name.
  var name: String
  /// What the slot keeps of it: nothing where the settings say the same, so that they may change.
  var parameters: [UInt8]

  /// Nil where neither says anything.
  init?(_ request: KeyRequest, configured: String?) {
    if let kept = request.parameters {
      guard let name = kept.isEmpty ? configured : String(decoding: kept, as: UTF8.self) else { return nil }
      (self.name, parameters) = (name, kept)
    } else {
      guard let name = request.place ?? configured else { return nil }
      (self.name, parameters) = (name, name == configured ? [] : Array(name.utf8))
    }
  }
}
