public import SessionModel

/// Reads JSON (RFC 8259) in place, value by value, so that a secret goes from the buffer into a `Secret` and nowhere
/// else, and an unknown member can be named.
public struct JSONReader {
  /// How deep a text may be nested.
  public static let maximumDepth = 32

  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  private var depth = 0

  private init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Reads one text, whole: `body` takes the value; anything but white space after it is an error.
  public static func read<Result>(
    _ bytes: UnsafeRawBufferPointer, _ body: (inout JSONReader) throws -> Result
  ) throws -> Result {
    var reader = JSONReader(bytes)
    let result = try body(&reader)
    reader.skipSpace()
    guard reader.position == bytes.count else { throw JSONError.malformed(offset: reader.position) }
    return result
  }

  /// Reads an object: `member` is called with each name and must read (or skip) its value.
  ///
  /// - Throws: `JSONError.duplicateMember` where a name comes twice, and what `member` throws.
  public mutating func object(_ member: (String, inout JSONReader) throws -> Void) throws {
    try open(UInt8(ascii: "{"), "an object")
    var names = MemberNames()
    if close(UInt8(ascii: "}")) { return }
    while true {
      let name = try string()
      guard names.insert(name) else { throw JSONError.duplicateMember(name) }
      try expect(UInt8(ascii: ":"))
      do {
        try member(name, &self)
      } catch JSONError.wrongType(let expected, nil) {
        throw JSONError.wrongType(expected: expected, member: name)
      }
      if close(UInt8(ascii: "}")) { return }
      try expect(UInt8(ascii: ","))
    }
  }

  /// Reads an array: `element` is called for each and must read (or skip) it.
  public mutating func array(_ element: (inout JSONReader) throws -> Void) throws {
    try open(UInt8(ascii: "["), "an array")
    if close(UInt8(ascii: "]")) { return }
    while true {
      try element(&self)
      if close(UInt8(ascii: "]")) { return }
      try expect(UInt8(ascii: ","))
    }
  }

  /// Reads a string.
  public mutating func string() throws -> String {
    let (range, escaped) = try scanString()
    guard escaped else { return String(decoding: bytes[range], as: UTF8.self) }
    return String(decoding: try unescape(range), as: UTF8.self)
  }

  /// Reads a string into guarded memory.
  public mutating func secret() throws -> Secret {
    let (range, escaped) = try scanString()
    guard escaped else { return Secret(copying: UnsafeRawBufferPointer(rebasing: bytes[range])) }
    var plain = try unescape(range)
    let secret = plain.withUnsafeBytes { Secret(copying: $0) }
    plain.withUnsafeMutableBytes { _ = $0.initializeMemory(as: UInt8.self, repeating: 0) }
    return secret
  }

  /// Reads a number without fraction.
  public mutating func integer() throws -> Int64 {
    let value = try number()
    switch value {
    case .integer(let integer): return integer
    case .double(let double):
      guard let integer = Int64(exactly: double) else { throw JSONError.wrongType(expected: "an integer", member: nil) }
      return integer
    case .null, .bool, .string, .secret, .array, .object: throw JSONError.malformed(offset: position)
    }
  }

  /// Reads a number.
  public mutating func double() throws -> Double {
    switch try number() {
    case .integer(let integer): return Double(integer)
    case .double(let double): return double
    case .null, .bool, .string, .secret, .array, .object: throw JSONError.malformed(offset: position)
    }
  }

  /// Reads a boolean.
  public mutating func bool() throws -> Bool {
    if consume("true") { return true }
    if consume("false") { return false }
    throw try mismatch("true or false")
  }

  /// Whether the next value is an object; nothing is read.
  public mutating func isAtObject() -> Bool {
    skipSpace()
    return peek() == UInt8(ascii: "{")
  }

  /// Whether the next value is null; if so it is read.
  public mutating func null() -> Bool { consume("null") }

  /// Reads any value.
  public mutating func value() throws -> JSONValue {
    skipSpace()
    guard position < bytes.count else { throw JSONError.malformed(offset: position) }
    switch bytes[position] {
    case UInt8(ascii: "{"):
      var members: [JSONMember] = []
      try object { name, reader in members.append(JSONMember(name, try reader.value())) }
      return .object(members)
    case UInt8(ascii: "["):
      var elements: [JSONValue] = []
      try array { elements.append(try $0.value()) }
      return .array(elements)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool(try bool())
    case UInt8(ascii: "n"):
      guard null() else { throw JSONError.malformed(offset: position) }
      return .null
    default: return try number()
    }
  }

  /// Reads any value and forgets it.
  public mutating func skip() throws { _ = try value() }

  // MARK: - Scanning

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  private mutating func open(_ bracket: UInt8, _ expected: String) throws {
    skipSpace()
    guard position < bytes.count, bytes[position] == bracket else { throw try mismatch(expected) }
    position += 1
    depth += 1
    guard depth <= JSONReader.maximumDepth else { throw JSONError.tooDeep }
  }

  private mutating func close(_ bracket: UInt8) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == bracket else { return false }
    position += 1
    depth -= 1
    return true
  }

  private mutating func expect(_ byte: UInt8) throws {
    skipSpace()
    guard position < bytes.count, bytes[position] == byte else { throw JSONError.malformed(offset: position) }
    position += 1
  }

  private mutating func consume(_ word: StaticString) -> Bool {
    skipSpace()
    let end = position + word.utf8CodeUnitCount
    guard end <= bytes.count,
      zip(bytes[position..<end], UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
        .allSatisfy({ $0 == $1 })
    else { return false }
    position = end
    return true
  }

  /// The error for a value of another type: malformed where there is no value at all.
  private mutating func mismatch(_ expected: String) throws -> JSONError {
    skipSpace()
    guard position < bytes.count else { return .malformed(offset: position) }
    let start = bytes[position]
    let begins = "{[\"-0123456789tfn".utf8.contains(start)
    return begins ? .wrongType(expected: expected, member: nil) : .malformed(offset: position)
  }

  private mutating func number() throws -> JSONValue {
    skipSpace()
    let start = position
    if peek() == UInt8(ascii: "-") { position += 1 }
    guard let first = peek(), isDigit(first) else {
      position = start
      throw try mismatch("a number")
    }
    skipDigits()
    guard first != UInt8(ascii: "0") || position == start + (bytes[start] == UInt8(ascii: "-") ? 2 : 1) else {
      throw JSONError.malformed(offset: start)
    }
    var isInteger = true
    if peek() == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      try requireDigits()
    }
    if let e = peek(), e == UInt8(ascii: "e") || e == UInt8(ascii: "E") {
      isInteger = false
      position += 1
      if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
      try requireDigits()
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let integer = Int64(text) { return .integer(integer) }
    guard let double = Double(text), double.isFinite else { throw JSONError.malformed(offset: start) }
    return .double(double)
  }

  private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private mutating func skipDigits() {
    while let byte = peek(), isDigit(byte) { position += 1 }
  }

  private mutating func requireDigits() throws {
    guard let byte = peek(), isDigit(byte) else { throw JSONError.malformed(offset: position) }
    skipDigits()
  }

  /// The range between the quotes, and whether it holds escapes; the position is left after the closing quote.
  private mutating func scanString() throws -> (Range<Int>, escaped: Bool) {
    skipSpace()
    guard peek() == UInt8(ascii: "\"") else { throw try mismatch("a string") }
    position += 1
    let start = position
    var escaped = false
    while let byte = peek() {
      if byte == UInt8(ascii: "\"") {
        let range = start..<position
        guard UnsafeRawBufferPointer(rebasing: bytes[range]).isWellFormedUTF8 else {
          throw JSONError.malformed(offset: start)
        }
        position += 1
        return (range, escaped)
      }
      guard byte >= 0x20 else { break }
      if byte == UInt8(ascii: "\\") {
        escaped = true
        position += 1
      }
      position += 1
    }
    throw JSONError.malformed(offset: min(position, bytes.count))
  }

  private func unescape(_ range: Range<Int>) throws -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(range.count)
    var index = range.lowerBound
    while index < range.upperBound {
      guard bytes[index] == UInt8(ascii: "\\") else {
        output.append(bytes[index])
        index += 1
        continue
      }
      guard index + 1 < range.upperBound else { throw JSONError.malformed(offset: index) }
      index = try unescapeOne(at: index + 1, in: range, to: &output)
    }
    return output
  }

  private func unescapeOne(at index: Int, in range: Range<Int>, to output: inout [UInt8]) throws -> Int {
    switch bytes[index] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(bytes[index])
    case UInt8(ascii: "b"): output.append(0x08)
    case UInt8(ascii: "f"): output.append(0x0C)
    case UInt8(ascii: "n"): output.append(0x0A)
    case UInt8(ascii: "r"): output.append(0x0D)
    case UInt8(ascii: "t"): output.append(0x09)
    case UInt8(ascii: "u"): return try unescapeUnicode(at: index + 1, in: range, to: &output)
    default: throw JSONError.malformed(offset: index)
    }
    return index + 1
  }

  private func unescapeUnicode(at index: Int, in range: Range<Int>, to output: inout [UInt8]) throws -> Int {
    var scalar = try codeUnit(at: index, in: range)
    var next = index + 4
    if (0xD800..<0xDC00).contains(scalar) {
      guard next + 1 < range.upperBound, bytes[next] == UInt8(ascii: "\\"), bytes[next + 1] == UInt8(ascii: "u") else {
        throw JSONError.malformed(offset: index)
      }
      let low = try codeUnit(at: next + 2, in: range)
      guard (0xDC00..<0xE000).contains(low) else { throw JSONError.malformed(offset: index) }
      scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
      next += 6
    }
    guard let unicode = Unicode.Scalar(scalar) else { throw JSONError.malformed(offset: index) }
    output.append(contentsOf: UTF8.encode(unicode) ?? UTF8.encodedReplacementCharacter)
    return next
  }

  private func codeUnit(at index: Int, in range: Range<Int>) throws -> UInt32 {
    guard index + 4 <= range.upperBound else { throw JSONError.malformed(offset: index) }
    var value: UInt32 = 0
    for byte in bytes[index..<index + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw JSONError.malformed(offset: index)
      }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}

extension JSONValue {
  /// Parses a text.
  ///
  /// - Throws: `JSONError`.
  public static func parse(_ bytes: some Sequence<UInt8>) throws -> JSONValue {
    try Array(bytes).withUnsafeBytes { try JSONReader.read($0) { try $0.value() } }
  }
}
