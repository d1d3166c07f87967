import SessionModel
import Testing

@Suite("A name")
struct NameTests {
  @Test("may be", arguments: ["a", "Z", "0", "work", "us-east-1_demo", "a.b-c_d", "default-2"])
  func accepts(text: String) { #expect(Name(text)?.rawValue == text) }

  @Test(
    "may not be",
    arguments: [
      "", ".", "..", "-a", "_a", ".a", "a/b", "a b", "a\n", "a\0b", "a%2Fb", "é", "aé", "a:b", "../x", "a\u{301}",
    ])
  func refuses(text: String) { #expect(Name(text) == nil) }

  @Test("has 1 to 64 bytes")
  func length() {
    #expect(Name(String(repeating: "a", count: 64)) != nil)
    #expect(Name(String(repeating: "a", count: 65)) == nil)
  }

  @Test("sorts by bytes")
  func order() throws {
    let names = ["b", "A", "a", "0"].compactMap { Name($0) }
    #expect(names.sorted().map(\.rawValue) == ["0", "A", "a", "b"])
  }

  @Test("and a generation counts up")
  func generation() {
    #expect(Generation(3).next == Generation(4) && Generation(3) < Generation(4) && "\(Generation(7))" == "7")
  }
}
