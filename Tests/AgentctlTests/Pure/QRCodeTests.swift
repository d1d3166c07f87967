import SessionAgentClient
import SessionModel
import Testing

@testable import agentctl

@Suite("QR codes")
struct QRCodeTests {
  private let text = Secret(copyingUTF8: "otpauth://totp/us-east-1_AbCdEfGhI:u?secret=JBSWY3DPEHPK3PXP")

  /// The rows of a drawing, each two modules high.
  private func rows(_ code: QRCode, isColoured: Bool) -> [Substring] {
    code.drawing(isColoured: isColoured).revealString().split(separator: "\n")
  }

  @Test("a drawing is as wide as it says, half as high, and light all around")
  func shape() throws {
    let code = try #require(QRCode(text))
    let rows = rows(code, isColoured: false)
    #expect(rows.count == (code.width + 1) / 2)
    for row in rows {
      #expect(row.count == code.width)
      #expect(row.hasPrefix("██") && row.hasSuffix("██"))
      #expect(row.allSatisfy { "█▀▄ ".contains($0) })
    }
    #expect(rows[0] == Substring(String(repeating: "█", count: code.width)))
    // The upper edge of the finder pattern at the left: seven dark modules, of which the next row has two.
    #expect(rows[1].dropFirst(2).prefix(8) == " ▄▄▄▄▄ █")
  }

  @Test("in colour each line sets light and dark outright and takes them back")
  func colour() throws {
    let code = try #require(QRCode(text))
    let plain = rows(code, isColoured: false)
    for (row, bare) in zip(rows(code, isColoured: true), plain) { #expect(row == "\u{1B}[40;97m\(bare)\u{1B}[0m") }
  }

  @Test("what no code holds is not drawn")
  func tooLong() { #expect(QRCode(Secret(copyingUTF8: String(repeating: "x", count: 3000))) == nil) }

  @Test(
    "it is drawn on a terminal only, which must be wide enough, and in a UTF-8 locale",
    arguments: [
      (["LANG": "en_US.UTF-8"], 45, true, true), (["LANG": "C.utf8"], 46, true, true),
      (["LANG": "de_DE.UTF-8@euro"], 45, true, true), (["LC_ALL": "C", "LANG": "C.UTF-8"], 45, true, false),
      (["LC_CTYPE": "C.UTF-8", "LANG": "C"], 45, true, true), ([:], 45, true, false),
      (["LANG": "C.UTF-8"], 44, true, false), (["LANG": "C.UTF-8"], 45, false, false),
      (["LANG": "C.UTF-8", "TERM": "dumb"], 45, true, false),
    ] as [([String: String], Int, Bool, Bool)])
  func conditions(variables: [String: String], width: Int, isTerminal: Bool, isDrawn: Bool) {
    let environment = Environment(["TERM": "xterm"].merging(variables) { $1 })
    let style = Style(isTerminal: isTerminal, environment: environment)
    let screen = Screen(isTerminal: isTerminal, width: width, style: style)
    #expect(AuthenticatorSetUp.canDraw(columns: 45, on: screen, environment) == isDrawn)
  }
}
