/// Words as a person types them into a shell.
enum ShellWord {
  /// A command.
  static func command(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

  /// As one word of a POSIX shell.
  static func quoted(_ word: String) -> String {
    let plain = word.unicodeScalars.allSatisfy { scalar in
      scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        || "-_./:=,@%+".unicodeScalars.contains(scalar)
    }
    if plain && !word.isEmpty { return word }
    return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
