import SessionModel
import Testing
import WireJSON

@Suite("Writing JSON")
struct WritingTests {
  @Test("is compact, keeps the members' order and escapes what must be")
  func compact() {
    let value: JSONValue = [
      "b": [1, true, nil, .double(0.5)], "a": "x\"\\\n\u{1}\u{7F}é😀", "e": [:],
      "s": .secret(Secret(copyingUTF8: "t\"")),
    ]
    #expect(value.text == #"{"b":[1,true,null,0.5],"a":"x\"\\\n\u0001\u007fé😀","e":{},"s":"t\""}"#)
  }

  @Test(
    "is read back alike",
    arguments: ["{}", "[]", "null", "-1", "1.5", #"{"a":[{"b":"\u0000 "},[],{}]}"#, #""\ud83d\ude00""#])
  func roundTrip(text: String) throws {
    let value = try JSONValue.parse(text.utf8)
    #expect(try JSONValue.parse(value.serialized()) == value)
  }

  @Test("gives null for what is absent, and RFC 3339 for a time")
  func optionals() {
    #expect(JSONValue.optional(nil as String?) == .null && JSONValue.optional("x") == "x")
    #expect(JSONValue.optional(nil as Int?) == .null && JSONValue.optional(3) == 3)
    #expect(JSONValue.optional(Timestamp(seconds: 0)) == "1970-01-01T00:00:00Z")
  }

  @Test("does not show a secret where the value is described")
  func described() {
    let value: JSONValue = ["token": .secret(Secret(copyingUTF8: "hunter2"))]
    var dumped = ""
    dump(value, to: &dumped)
    #expect(!"\(value)".contains("hunter2") && !dumped.contains("hunter2"))
  }

  @Test("and looking into a value finds members by name and type")
  func access() {
    let value: JSONValue = ["a": "x", "n": 1, "b": true, "l": [1], "z": nil]
    #expect(value["a"]?.string == "x" && value["n"]?.integer == 1 && value["b"]?.bool == true)
    #expect(value["l"]?.array?.count == 1 && value["z"]?.isNull == true && value["none"] == nil)
    #expect(value["a"]?.integer == nil && value.string == nil && value["a"]?["x"] == nil && value.object?.count == 5)
  }
}
