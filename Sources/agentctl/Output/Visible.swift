/// Text from outside, made fit for a terminal.
enum Visible {
  /// With control characters and marks that turn the direction of writing replaced, so that no answer of a provider
  /// moves the cursor or hides what stands beside it. Line feeds become spaces.
  static func text(_ text: String) -> String {
    var output = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x0A: output.append(" ")
      case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x202A...0x202E, 0x2028, 0x2029, 0x2066...0x2069:
        output.append("\u{FFFD}")
      default: output.append(scalar)
      }
    }
    return String(output)
  }

  /// How many columns a text takes on a terminal.
  static func width(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + width($1) }
  }

  /// The text, or its beginning and "…" where it is wider.
  static func truncated(_ text: String, to width: Int) -> String {
    guard Visible.width(text) > width else { return text }
    var output = String.UnicodeScalarView()
    var used = 0
    for scalar in text.unicodeScalars {
      used += Visible.width(scalar)
      if used > width - 1 { break }
      output.append(scalar)
    }
    return String(output) + "…"
  }

  /// The text in lines no wider than `width`, broken at spaces; a word that is wider stays whole, so that it can be
  /// copied.
  static func wrapped(_ text: String, to width: Int?) -> [String] {
    guard let width else { return [text] }
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, Visible.width(last) + 1 + Visible.width(String(word)) <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  /// 0 for marks that stand on the letter before, 2 for East Asian wide letters and emoji, else 1.
  private static func width(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x0300...0x036F, 0x0483...0x0489, 0x0591...0x05BD, 0x0610...0x061A, 0x064B...0x065F, 0x1AB0...0x1AFF,
      0x1DC0...0x1DFF, 0x200B...0x200D, 0x20D0...0x20FF, 0xFE00...0xFE0F, 0xFE20...0xFE2F:
      0
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
      0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
      0x1F680...0x1F6FF, 0x1F900...0x1FAFF, 0x20000...0x3FFFD:
      2
    default: 1
    }
  }
}
