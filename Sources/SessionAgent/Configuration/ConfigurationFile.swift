internal import Glibc
internal import SessionModel
internal import TOMLKit

/// A TOML file, with the lines at which its keys stand, so that an error can name the line.
struct ConfigurationFile {
  let path: String
  let table: TOMLTable
  private let text: String

  /// Parses a text.
  ///
  /// - Throws: `Problem` (`bad_configuration`) with file and line.
  init(path: String, text: String) throws {
    self.path = path
    self.text = text
    do {
      table = try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      // What the parser says is of bytes that it did not expect; where it was is what helps. The text is not shown: a
      // secret may have been put there by mistake.
      let place = error.source.begin
      throw Problem(
        .badConfiguration,
        "\(path):\(place.line): The text can't be read as TOML at column \(place.column): perhaps a quote, a bracket "
          + "or an equals sign is missing. Correct the file.")
    }
  }

  /// Reads a file; nil where there is none.
  ///
  /// - Throws: `Problem` (`bad_configuration`).
  static func read(_ path: String) throws -> ConfigurationFile? {
    guard let bytes = try contents(of: path) else { return nil }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Problem(.badConfiguration, "\(path):1: The file is not UTF-8. Correct the file.")
    }
    return try ConfigurationFile(path: path, text: text)
  }

  private static func contents(of path: String) throws -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw Problem(.badConfiguration, "\(path): can't be read (\(String(cString: strerror(errno)))).")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= 1 << 20 else {
      throw Problem(.badConfiguration, "\(path): is not a regular file of at most 1 MiB.")
    }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16 * 1024)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else {
        throw Problem(.badConfiguration, "\(path): can't be read (\(String(cString: strerror(errno)))).")
      }
      guard count > 0 else { return bytes }
      bytes.append(contentsOf: chunk[..<count])
    }
  }

  /// An error about a key of a table (nil for the top), with its line.
  func problem(_ key: String, in section: String? = nil, _ what: String) -> Problem {
    let name = section.map { "\($0).\(key)" } ?? key
    return Problem(.badConfiguration, "\(path):\(line(of: key, in: section)): \"\(name)\" \(what). Correct the file.")
  }

  /// The line at which a key stands; 1 where it can't be found.
  func line(of key: String, in section: String?) -> Int {
    let key = ConfigurationFile.bare(key[...])
    let section = section.map { ConfigurationFile.bare($0[...]) }
    let wanted = section.map { "\($0).\(key)" } ?? key
    var current: String?
    var quotes: Substring?
    for (index, line) in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      let trimmed = Substring(line).drop { $0 == " " || $0 == "\t" }
      let isInsideString = quotes != nil
      quotes = ConfigurationFile.openQuotes(after: trimmed, inside: quotes)
      if isInsideString { continue }
      if trimmed.hasPrefix("[") {
        let header = ConfigurationFile.bare(trimmed.drop { $0 == "[" }.prefix { $0 != "]" })
        current = header
        if header == wanted || header.hasPrefix(wanted + ".") { return index + 1 }
        continue
      }
      let left = ConfigurationFile.bare(trimmed.prefix { $0 != "=" && $0 != "#" })
      if current == section, left == key { return index + 1 }
      if current == nil, let section, left == "\(section).\(key)" || left == section { return index + 1 }
      if current == nil, section == nil, left.hasPrefix(key + ".") { return index + 1 }
    }
    return 1
  }

  /// The quotes of a string over several lines that is still open at the end of a line.
  private static func openQuotes(after line: Substring, inside quotes: Substring?) -> Substring? {
    var rest = line
    var open = quotes
    while !rest.isEmpty {
      let three = rest.prefix(3)
      if let quotes = open, three == quotes {
        open = nil
        rest = rest.dropFirst(3)
      } else if open == nil, three == "\"\"\"" || three == "'''" {
        open = three
        rest = rest.dropFirst(3)
      } else if open == nil, rest.first == "#" {
        return nil
      } else {
        rest = rest.dropFirst()
      }
    }
    return open
  }

  private static func bare(_ text: Substring) -> String {
    String(text.filter { $0 != " " && $0 != "\t" && $0 != "\"" && $0 != "'" && $0 != "\r" })
  }
}
