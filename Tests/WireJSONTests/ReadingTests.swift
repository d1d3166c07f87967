import SessionModel
import Testing
import WireJSON

@Suite("Reading JSON")
struct ReadingTests {
  private func parse(_ text: String) throws -> JSONValue { try JSONValue.parse(text.utf8) }

  @Test("takes every kind of value, with white space anywhere it may be")
  func values() throws {
    let text = " { \"a\" : [ 1 , -2.5e1 , true , false , null , \"x\" , { } , [ ] ] }\r\n\t"
    let expected: JSONValue = ["a": [1, .double(-25), true, false, nil, "x", [:], []]]
    #expect(try parse(text) == expected)
  }

  @Test(
    "refuses what is no JSON",
    arguments: [
      "", " ", "{", "}", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}", "01", "-", "1.",
      ".5",
      "1e", "+1", "0x1", "tru", "nul", "NaN", "Infinity", "\"", "\"a", "\"\\x\"", "\"\\u12\"", "\"\\u12G4\"", "\"\t\"",
      "\"a\nb\"", "1 2", "{}{}", "[1]]", "// c\n1", "1e999", "\u{FEFF}1",
    ])
  func malformed(text: String) {
    #expect(throws: JSONError.self) { try parse(text) }
  }

  @Test("refuses bytes that are no UTF-8")
  func encoding() {
    for bytes: [UInt8] in [
      [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xE2, 0x82, 0x22],
    ] {
      #expect(throws: JSONError.self) { try JSONValue.parse(bytes) }
    }
  }

  @Test("takes escapes and surrogate pairs")
  func escapes() throws {
    #expect(try parse(#""\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac\ud83d\ude00""#) == "\"\\/\u{8}\u{C}\n\r\tAé€😀")
    #expect(try parse(#""\u0000""#) == "\0")
  }

  @Test(
    "refuses half a surrogate pair",
    arguments: [#""\ud83d""#, #""\ud83dx""#, #""\ud83d\n""#, #""\ude00""#, #""\ud83d\ud83d""#, #""\ud83d\u""#])
  func surrogates(text: String) {
    #expect(throws: JSONError.self) { try parse(text) }
  }

  @Test("refuses a member that comes twice, by name, however it is written")
  func duplicates() {
    #expect(throws: JSONError.duplicateMember("a")) { try parse(#"{"a":1,"a":1}"#) }
    #expect(throws: JSONError.duplicateMember("a")) { try parse(#"{"a":1,"\u0061":1}"#) }
    #expect(throws: Never.self) { try parse(#"{"a":{"a":1}}"#) }
  }

  @Test("takes 32 levels and refuses 33")
  func depth() {
    func nested(_ levels: Int) -> String {
      String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    }
    #expect(throws: Never.self) { try parse(nested(JSONReader.maximumDepth)) }
    #expect(throws: JSONError.tooDeep) { try parse(nested(JSONReader.maximumDepth + 1)) }
  }

  @Test("keeps integers whole and gives larger ones as doubles")
  func numbers() throws {
    #expect(try parse("9223372036854775807") == .integer(.max))
    #expect(try parse("-9223372036854775808") == .integer(.min))
    #expect(try parse("9223372036854775808") == .double(9_223_372_036_854_775_808))
    #expect(try parse("1.0").integer == 1)
    #expect(try parse("1.5").integer == nil)
  }

  @Test("puts a secret into guarded memory, unescaped")
  func secrets() throws {
    let text = Array(#"{"password":"a\"b\u0063"}"#.utf8)
    var secret: Secret?
    try text.withUnsafeBytes { bytes in
      try JSONReader.read(bytes) { reader in
        try reader.object { _, reader in secret = try reader.secret() }
      }
    }
    #expect(secret == Secret(copyingUTF8: "a\"bc"))
  }

  @Test("names the member whose type is wrong")
  func wrongType() {
    let text = Array(#"{"step":"two"}"#.utf8)
    #expect(throws: JSONError.wrongType(expected: "a number", member: "step")) {
      try text.withUnsafeBytes { bytes in
        try JSONReader.read(bytes) { reader in try reader.object { _, reader in _ = try reader.integer() } }
      }
    }
  }

  @Test("never shows the text in an error")
  func errors() {
    do {
      _ = try parse("{\"password\":hunter2}")
      Issue.record("it was taken")
    } catch {
      #expect(!"\(error)".contains("hunter2") && "\(error)".contains("byte"))
    }
  }
}
