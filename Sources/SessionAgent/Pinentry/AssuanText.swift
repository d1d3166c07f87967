/// Texts in Assuan commands.
enum AssuanText {
  /// The longest line, its end not counted (the Assuan manual: 1000 bytes in all).
  static let longestLine = 998

  /// A command with a text, percent-escaped, so that it is one line; what does not fit is left out.
  static func command(_ name: String, _ text: String) -> String {
    var line = name + " "
    var count = line.utf8.count
    for character in text {
      let piece = escaped(character)
      count += piece.utf8.count
      guard count <= longestLine else { break }
      line += piece
    }
    return line
  }

  /// A character's bytes, those escaped that would end the line or begin an escape.
  private static func escaped(_ character: Character) -> String {
    let bytes = character.utf8.flatMap { byte in
      byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "%") ? Array("%\(hexadecimal(byte))".utf8) : [byte]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }

  /// A text of somebody else's, without what would act on a screen or hide what is there.
  static func visible(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          switch scalar.properties.generalCategory {
          case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: "\u{FFFD}"
          default: scalar
          }
        }))
  }
}
