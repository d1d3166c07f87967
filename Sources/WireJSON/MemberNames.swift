/// The names of an object's members so far.
///
/// They are few, nearly always, and then a list does: the first set of strings costs a short-lived program a good part
/// of its time, which the runtime spends on looking up how strings are hashed.
struct MemberNames {
  private static let limit = 32
  private var few: [String] = []
  private var more: Set<String> = []

  /// Whether the name is new.
  mutating func insert(_ name: String) -> Bool {
    guard !few.contains(name) else { return false }
    guard few.count == MemberNames.limit else {
      few.append(name)
      return true
    }
    return more.insert(name).inserted
  }
}
