/// Words as a person types them into a shell.
public enum ShellWord {
  /// A command.
  public static func command(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

  /// As one word of a POSIX shell.
  public static func quoted(_ word: String) -> String {
    let plain = word.unicodeScalars.allSatisfy { scalar in
      scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        || "-_./:=,@%+".unicodeScalars.contains(scalar)
    }
    if plain && !word.isEmpty { return word }
    return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
