internal import CSystemCalls
internal import Glibc

/// The variables that a client reads; a value, so that tests give their own.
public struct Environment: Sendable {
  private let lookUp: @Sendable (String) -> String?

  /// Variables given by a dictionary.
  public init(_ variables: [String: String]) { lookUp = { variables[$0] } }

  private init(_ lookUp: @escaping @Sendable (String) -> String?) { self.lookUp = lookUp }

  /// The process's own, read when asked.
  public static let process = Environment { name in
    guard let value = getenv(name) else { return nil }
    return String(cString: value)
  }

  /// A variable's value; nil where it is unset or empty.
  public subscript(_ name: String) -> String? {
    guard let value = lookUp(name), !value.isEmpty else { return nil }
    return value
  }

  /// A folder that a variable names; nil where it is unset, empty or not absolute (XDG Base Directory).
  func folder(_ name: String) -> String? {
    guard let value = self[name], value.utf8.first == UInt8(ascii: "/") else { return nil }
    return value
  }

  /// All variables of the process, each as `NAME=value`.
  static func allOfProcess() -> [String] {
    var entries: [String] = []
    guard var next = csystem_environment() else { return [] }
    while let entry = next.pointee {
      entries.append(String(cString: entry))
      next += 1
    }
    return entries
  }
}
