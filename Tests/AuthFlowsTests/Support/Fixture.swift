import Foundation
import WireJSON

/// Files of Tests/Fixtures.
enum Fixture {
  static func json(_ name: String) throws -> JSONValue {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try JSONValue.parse(Data(contentsOf: folder.appendingPathComponent("Fixtures/\(name)")))
  }
}

extension JSONValue {
  /// The members whose values are strings.
  var strings: [String: String] {
    var strings: [String: String] = [:]
    for member in object ?? [] { strings[member.name] = member.value.string }
    return strings
  }
}
