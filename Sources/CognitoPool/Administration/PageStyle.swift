/// What the hosted pages may be given to look different (Developer Guide, "Customizing hosted UI (classic) branding").
enum PageStyle {
  private static let forbidden = ["<", "@import", "@supports", "@page", "@media", "javascript:"]
  private static let imageStarts: [[UInt8]] = [[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], [0xFF, 0xD8, 0xFF]]

  /// Rules for the classes that are there for that, and nothing that would reach beyond them.
  static func check(css: String) throws(ServiceError) {
    let text = css.replacing(#/\/\*.*?\*\//#.dotMatchesNewlines(), with: "")
    if let word = forbidden.first(where: text.lowercased().contains) {
      throw .invalidParameter("Invalid CSS: it must not contain \(word)")
    }
    var rules = text.split(separator: "}", omittingEmptySubsequences: false)
    let rest = rules.removeLast()
    guard rest.allSatisfy(\.isWhitespace) else { throw .invalidParameter("Invalid CSS: a rule has no end.") }
    for rule in rules {
      let parts = rule.split(separator: "{", omittingEmptySubsequences: false)
      guard parts.count == 2 else { throw .invalidParameter("Invalid CSS: a rule is SELECTORS { DECLARATIONS }.") }
      for selector in parts[0].split(separator: ",", omittingEmptySubsequences: false) where !isKnown(selector) {
        let shown = selector.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        throw .invalidParameter("Invalid CSS: \(shown) is not one of the pages' classes, which end in -customizable.")
      }
    }
  }

  /// `.banner-customizable`, `.submitButton-customizable:hover`.
  private static func isKnown(_ selector: Substring) -> Bool {
    selector.wholeMatch(of: #/\s*\.[A-Za-z-]+-customizable(?::[a-z-]+)?\s*/#) != nil
  }

  static func check(image: String) throws(ServiceError) {
    let bytes = Base64.decode(image) ?? []
    guard imageStarts.contains(where: bytes.starts) else {
      throw .invalidParameter("Invalid image: ImageFile must be PNG or JPG.")
    }
  }
}
