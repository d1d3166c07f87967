internal import SessionModel

/// One line that an Assuan server says (the Assuan manual, "Server responses").
enum AssuanLine: Equatable, Sendable {
  case ok
  /// An error of libgpg-error: its code with its source, and words.
  case error(code: UInt32, words: String)
  /// A part of the answer, unescaped.
  case data(Secret)
  /// A comment or a status: nothing that we need.
  case remark
  /// A question back, which we have no answer to.
  case inquiry

  /// Nil where the line is none of these. Data goes into guarded memory at once.
  init?(_ line: UnsafeRawBufferPointer) {
    let split = line.firstIndex(of: UInt8(ascii: " ")) ?? line.endIndex
    let word = line[..<split]
    let rest = UnsafeRawBufferPointer(rebasing: line[min(split + 1, line.endIndex)...])
    if word.elementsEqual("OK".utf8) {
      self = .ok
    } else if word.elementsEqual("ERR".utf8) {
      guard let (code, words) = AssuanLine.error(rest) else { return nil }
      self = .error(code: code, words: words)
    } else if word.elementsEqual("D".utf8) {
      guard split < line.endIndex, let data = AssuanLine.unescaped(rest) else { return nil }
      self = .data(data)
    } else if word.elementsEqual("S".utf8) || line.first == UInt8(ascii: "#") {
      self = .remark
    } else if word.elementsEqual("INQUIRE".utf8) {
      self = .inquiry
    } else {
      return nil
    }
  }

  private static func error(_ text: UnsafeRawBufferPointer) -> (UInt32, String)? {
    let parts = text.split(separator: UInt8(ascii: " "), maxSplits: 1)
    guard let number = parts.first, let code = UInt32(String(decoding: number, as: UTF8.self)) else { return nil }
    return (code, parts.count > 1 ? AssuanText.visible(String(decoding: parts[1], as: UTF8.self)) : "")
  }

  /// Percent-decoded; nil where an escape is none.
  private static func unescaped(_ text: UnsafeRawBufferPointer) -> Secret? {
    guard let count = AssuanLine.lengthUnescaped(text) else { return nil }
    return Secret(count: count) { output in
      var (read, written) = (0, 0)
      while read < text.count {
        let isEscape = text[read] == UInt8(ascii: "%")
        output[written] = isEscape ? AssuanLine.byte(text, at: read + 1) ?? 0 : text[read]
        read += isEscape ? 3 : 1
        written += 1
      }
    }
  }

  private static func lengthUnescaped(_ text: UnsafeRawBufferPointer) -> Int? {
    var (read, count) = (0, 0)
    while read < text.count {
      if text[read] == UInt8(ascii: "%") {
        guard byte(text, at: read + 1) != nil else { return nil }
        read += 2
      }
      read += 1
      count += 1
    }
    return count
  }

  private static func byte(_ text: UnsafeRawBufferPointer, at index: Int) -> UInt8? {
    guard index + 1 < text.count, let high = digit(text[index]), let low = digit(text[index + 1]) else { return nil }
    return high << 4 | low
  }

  private static func digit(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
