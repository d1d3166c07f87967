import Foundation

/// A pattern of the model: the text as error messages quote it, matched against a whole value as Java would.
struct Pattern: Sendable {
  let text: String
  private let expression: NSRegularExpression

  init(_ text: String) throws(ModelError) {
    self.text = text
    do {
      expression = try NSRegularExpression(pattern: "\\A(?:\(Self.translated(text)))\\z")
    } catch {
      throw ModelError(shape: text)
    }
  }

  func matches(_ value: String) -> Bool {
    expression.firstMatch(in: value, range: NSRange(location: 0, length: value.utf16.count)) != nil
  }

  /// Java's `\w`, `\s` and `\S` are ASCII's; the engine here would take all of Unicode.
  private static func translated(_ text: String) -> String {
    text.replacingOccurrences(of: "\\w", with: "a-zA-Z0-9_")
      .replacingOccurrences(of: "[\\S]", with: "[^\\s]")
      .replacingOccurrences(of: "\\s", with: " \\t\\n\\x0B\\f\\r")
  }
}
