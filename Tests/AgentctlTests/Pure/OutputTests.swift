import SessionAPI
import SessionAgentClient
import SessionModel
import Testing

@testable import agentctl

@Suite("What agentctl shows")
struct OutputTests {
  private let now = Timestamp(seconds: 1_000_000)
  private let plain = Style(isTerminal: false, environment: Environment([:]))

  @Test(
    "a time is read as a person reads it",
    arguments: [
      (0, "now"), (1, "in 1 s"), (119, "in 119 s"), (120, "in 2 min"), (299, "in 5 min"),
      (42 * 60 + 29, "in 42 min"), (42 * 60 + 30, "in 43 min"), (7169, "in 119 min"), (7170, "in 2 h"),
      (7200, "in 2 h"), (170_999, "in 47 h"), (171_000, "in 2 d"), (30 * 86_400 - 1, "in 30 d"),
      (-1, "1 s ago"), (-3 * 3600, "3 h ago"), (-40 * 86_400, "40 d ago"),
    ] as [(Int64, String)])
  func relativeTime(seconds: Int64, words: String) {
    #expect(RelativeTime.words(now.adding(milliseconds: seconds * 1000), from: now) == words)
  }

  @Test("what is still to happen is never said to be past")
  func coming() {
    #expect(RelativeTime.coming(now.adding(milliseconds: -1500), from: now) == "now")
    #expect(RelativeTime.coming(now, from: now) == "now")
    #expect(RelativeTime.coming(now.adding(milliseconds: 1500), from: now) == "in 1 s")
  }

  @Test(
    "a text's width is what a terminal gives it",
    arguments: [("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("😀", 2), ("a\u{200B}b", 2)])
  func width(text: String, columns: Int) { #expect(Visible.width(text) == columns) }

  @Test("a text is cut at a width, wide letters not in half")
  func truncated() {
    #expect(Visible.truncated("abcdef", to: 6) == "abcdef")
    #expect(Visible.truncated("abcdefg", to: 6) == "abcde…")
    #expect(Visible.truncated("日本語", to: 4) == "日…")
    #expect(Visible.width(Visible.truncated("日本語日本語", to: 5)) <= 5)
  }

  @Test("a text is broken at spaces, a long word stays whole")
  func wrapped() {
    #expect(Visible.wrapped("a bb ccc dddd", to: 6) == ["a bb", "ccc", "dddd"])
    #expect(Visible.wrapped("x agentctl-login y", to: 6) == ["x", "agentctl-login", "y"])
    #expect(Visible.wrapped("a b", to: nil) == ["a b"])
  }

  @Test("control characters and marks of direction are made visible")
  func visible() {
    #expect(Visible.text("a\u{1B}[2Jb\nc\u{85}\u{202E}d\t") == "a\u{FFFD}[2Jb c\u{FFFD}\u{FFFD}d\u{FFFD}")
  }

  private var table: Table {
    var table = Table([.init("NAME", shrinks: true), .init("STATE"), .init("EXTRA", drops: 1)])
    table.rows = [
      [.init("somebody@example.org"), .init("active"), .init("x")], [.init("b"), .init("off"), .init("yy")],
    ]
    return table
  }

  @Test("a table's columns stand under their titles")
  func columns() {
    let lines = [
      "NAME                  STATE   EXTRA", "somebody@example.org  active  x", "b                     off     yy",
    ]
    #expect(table.lines(width: nil, style: plain) == lines)
  }

  @Test("a table fits: first what may be cut is cut, then what may go goes", arguments: 14...60)
  func fits(width: Int) {
    let lines = table.lines(width: width, style: plain)
    #expect(lines.allSatisfy { Visible.width($0) <= width })
    #expect(lines[0].contains("STATE") && lines[0].contains("EXTRA") == (width >= 27))
  }

  @Test("colour needs a terminal that can show it and a person who wants it")
  func colour() {
    func coloured(_ isTerminal: Bool, _ variables: [String: String]) -> Bool {
      Style(isTerminal: isTerminal, environment: Environment(variables)).isColoured
    }
    #expect(coloured(true, ["TERM": "xterm"]) && coloured(true, ["TERM": "xterm", "NO_COLOR": ""]))
    #expect(!coloured(false, ["TERM": "xterm"]) && !coloured(true, ["TERM": "dumb"]) && !coloured(true, [:]))
    #expect(!coloured(true, ["TERM": "xterm", "NO_COLOR": "1"]))
    #expect(
      Style(isTerminal: true, environment: Environment(["TERM": "xterm"])).paint("x", .good) == "\u{1B}[32mx\u{1B}[0m")
    #expect(plain.paint("x", .good) == "x")
  }
}
