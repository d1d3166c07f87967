import Foundation
import SessionAPI
import SessionModel
import Testing

@testable import SessionAgent

@Suite("Assuan, as pinentry speaks it")
struct AssuanTests {
  private func line(_ text: String) -> AssuanLine? { Array(text.utf8).withUnsafeBytes { AssuanLine($0) } }

  @Test("lines are told apart, and data is unescaped")
  func lines() {
    #expect(line("OK") == .ok)
    #expect(line("OK Pleased to meet you") == .ok)
    #expect(
      line("ERR 83886179 Operation cancelled <Pinentry>")
        == .error(
          code: 83_886_179, words: "Operation cancelled <Pinentry>"))
    #expect(line("ERR 5") == .error(code: 5, words: ""))
    #expect(line("D a%25b%0ac ") == .data(Secret(copyingUTF8: "a%b\nc ")))
    #expect(line("D ") == .data(Secret(copyingUTF8: "")))
    #expect(line("S PIN_REPEATED") == .remark)
    #expect(line("# a comment") == .remark)
    #expect(line("INQUIRE QUALITY x") == .inquiry)
  }

  @Test(
    "what is no line of the protocol is none",
    arguments: ["", "ok", "OKAY", "D", "D %", "D %4", "D %4g", "ERR", "ERR x", "ERR 99999999999", "BYE", " OK"])
  func strangers(text: String) { #expect(line(text) == nil) }

  @Test("a text is one line, however it is meant, and no longer than a line may be")
  func escaping() {
    #expect(AssuanText.command("SETDESC", "50 %\r\nSETPROMPT x\u{7F}") == "SETDESC 50 %25%0D%0ASETPROMPT x%7F")
    #expect(AssuanText.command("SETDESC", "größe 👩‍👩‍👧") == "SETDESC größe 👩‍👩‍👧")
    for piece in ["%", "a", "ä", "\n"] {
      let long = AssuanText.command("SETDESC", String(repeating: piece, count: 5000))
      #expect(long.utf8.count <= AssuanText.longestLine && long.utf8.count > AssuanText.longestLine - 4)
      #expect(!long.utf8.contains(UInt8(ascii: "\n")))
    }
    #expect(AssuanText.visible("/usr/bin/a\u{1B}[2Jb\u{202E}c\n") == "/usr/bin/a\u{FFFD}[2Jb\u{FFFD}c\u{FFFD}")
  }

  @Test("any bytes in any pieces are lines or refused; none is kept when it was read")
  func fuzz() throws {
    var random = SystemRandomNumberGenerator()
    let words = ["OK", "OK x", "D ", "D a%41", "ERR 7 no", "ERR", "S x", "#", "%", "\r", "\n", "\n", "\n", "\0", "é"]
    var (read, refused) = (0, 0)
    for _ in 0..<3000 {
      var text: [UInt8] = []
      for _ in 0..<Int.random(in: 1...40, using: &random) {
        let isNoise = Int.random(in: 0..<8, using: &random) == 0
        text += isNoise ? [UInt8.random(in: .min ... .max, using: &random)] : Array((words.randomElement() ?? "").utf8)
      }
      var input = AssuanInput()
      var rest = text[...]
      do throws(PinentryFailure) {
        while !rest.isEmpty {
          let piece = rest.prefix(Int.random(in: 1...9, using: &random))
          var taken = 0
          _ = input.fill { room in
            taken = min(room.count, piece.count)
            room.copyBytes(from: piece.prefix(taken))
            return taken
          }
          rest = rest.dropFirst(taken)
          while try input.next() != nil { read += 1 }
        }
      } catch {
        #expect(error == .unintelligible)
        refused += 1
      }
    }
    #expect(read > 1000 && refused > 1000)
  }

  @Test("a line without an end is refused when it is longer than a line may be")
  func endless() {
    var input = AssuanInput()
    #expect(throws: PinentryFailure.unintelligible) {
      while true {
        let got = input.fill { room in
          room.initializeMemory(as: UInt8.self, repeating: UInt8(ascii: "x"))
          return room.count
        }
        #expect(got > 0)
        _ = try input.next()
      }
    }
  }
}

@Suite("The talk with pinentry")
struct PinentryConversationTests {
  private static let place = PinentryDocument(
    display: ":7", ttyName: "/dev/pts/3", ttyType: "xterm", lcCtype: "C.UTF-8")
  private let question = PinentryQuestion(text: "Unlock\nthis", error: "No.", place: place, seconds: 60)

  /// Answers OK until GETPIN is said; what was said.
  private func untilAsking(
    _ conversation: inout PinentryConversation, refusing refused: Set<String> = []
  ) -> [String] {
    var said: [String] = []
    var step = conversation.take(.ok)
    while case .say(let line) = step {
      said.append(line)
      if line == "GETPIN" { break }
      let word = String(line.prefix { $0 != " " })
      step = conversation.take(refused.contains(word) ? .error(code: 1, words: "unknown") : .ok)
    }
    return said
  }

  @Test("it says where, what and for how long, then asks")
  func order() {
    var conversation = PinentryConversation(question)
    #expect(!conversation.isAsking)
    #expect(
      untilAsking(&conversation) == [
        "OPTION ttyname=/dev/pts/3", "OPTION ttytype=xterm", "OPTION lc-ctype=C.UTF-8", "OPTION display=:7",
        "SETTIMEOUT 60", "SETTITLE session-agent", "SETDESC Unlock%0Athis", "SETPROMPT Passphrase:", "SETERROR No.",
        "GETPIN",
      ])
    #expect(conversation.isAsking)
    #expect(conversation.take(.remark) == .wait)
    #expect(conversation.take(.data(Secret(copyingUTF8: "pass"))) == .wait)
    #expect(conversation.take(.data(Secret(copyingUTF8: "word"))) == .wait)
    #expect(conversation.take(.ok) == .done(Secret(copyingUTF8: "password")))
  }

  @Test("a new passphrase is typed twice, or not asked for at all")
  func new() {
    var question = question
    question.isNew = true
    var conversation = PinentryConversation(question)
    #expect(untilAsking(&conversation).contains("SETREPEAT Again:"))
    conversation = PinentryConversation(question)
    #expect(!untilAsking(&conversation, refusing: ["SETREPEAT"]).contains("GETPIN"))
  }

  @Test("what a pinentry does not know is left out, but not the question")
  func optional() {
    var conversation = PinentryConversation(question)
    #expect(untilAsking(&conversation, refusing: ["OPTION", "SETTIMEOUT", "SETTITLE"]).last == "GETPIN")
    conversation = PinentryConversation(question)
    #expect(untilAsking(&conversation, refusing: ["SETDESC"]).last == "SETDESC Unlock%0Athis")
  }

  @Test("an option's value can be no second command")
  func injection() {
    let place = PinentryDocument(
      display: ":0\nGETPIN", ttyName: "/dev/pts/1\r", lcCtype: String(repeating: "x", count: 600))
    var conversation = PinentryConversation(PinentryQuestion(text: "t", place: place, seconds: 1))
    #expect(untilAsking(&conversation).first == "SETTIMEOUT 1")
  }

  @Test(
    "how it ends without an answer is told apart by the error's code, from whatever source",
    arguments: [
      (83_886_179, PinentryFailure.cancelled), (99, .cancelled), (83_886_278, .cancelled), (83_886_194, .cancelled),
      (83_886_142, .timedOut), (83_886_340, .refused("words")),
    ] as [(UInt32, PinentryFailure)])
  func endings(code: UInt32, failure: PinentryFailure) {
    var conversation = PinentryConversation(question)
    _ = untilAsking(&conversation)
    #expect(conversation.take(.error(code: code, words: "words")) == .fail(failure))
  }

  @Test("data before the question, too much of it, or a question back is no answer")
  func nonsense() {
    var conversation = PinentryConversation(question)
    #expect(conversation.take(.data(Secret(copyingUTF8: "x"))) == .fail(.unintelligible))
    conversation = PinentryConversation(question)
    #expect(conversation.take(.error(code: 7, words: "no")) == .fail(.refused("no")))
    conversation = PinentryConversation(question)
    _ = untilAsking(&conversation)
    #expect(conversation.take(.inquiry) == .fail(.unintelligible))
    let part = AssuanLine.data(Secret(copyingUTF8: String(repeating: "x", count: 900)))
    let steps = (0..<6).map { _ in conversation.take(part) }
    #expect(steps.last == .fail(.unintelligible) && steps.first == .wait)
  }
}

@Suite("The process of pinentry")
struct PinentryProcessTests {
  private let folder: TemporaryFolder
  private static let place = PinentryDocument(display: ":7", ttyName: "/dev/pts/3", ttyType: "xterm")

  init() throws { folder = try TemporaryFolder() }

  /// A pinentry that answers every command by that line of a shell's `case`, and else with OK.
  private func pinentry(_ cases: String, greeting: String = "echo OK", grace: Int64 = 5000) throws -> Pinentry {
    let script = """
      #!/bin/sh
      \(greeting)
      while read -r word rest; do
        echo "$word $rest" >>"\(folder.path)/said"
        case $word in
          \(cases)
          *) echo OK ;;
        esac
      done
      echo end >>"\(folder.path)/said"
      """
    let path = try folder.write("pinentry", script)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
    var pinentry = Pinentry(
      program: path,
      environment: ["PATH": "/usr/bin:/bin", "SECRET_OF_A_SHELL": "x", "LC_ALL": "C.UTF-8", "DISPLAY": ":1"])
    pinentry.graceMilliseconds = grace
    return pinentry
  }

  private func ask(_ pinentry: Pinentry, seconds: Int = 60) async throws(PinentryFailure) -> Secret {
    try await pinentry.ask(PinentryQuestion(text: "Unlock", place: Self.place, seconds: seconds))
  }

  @Test("the answer comes whole, and the program ends")
  func answers() async throws {
    let pinentry = try pinentry(#"GETPIN) printf 'D horse%%25 st\nD aple\nOK\n' ;;"#)
    #expect(try await ask(pinentry) == Secret(copyingUTF8: "horse% staple"))
    #expect(try folder.text("said").hasSuffix("GETPIN \nend\n"))
  }

  @Test("it gets the display that it is to ask on and nothing else of ours: no variable, no descriptor, no argument")
  func isolated() async throws {
    let pinentry = try pinentry(
      "GETPIN) env | sort >\(folder.path)/env; ls -l /proc/$$/fd >\(folder.path)/fds; "
        + "tr '\\0' ' ' </proc/$$/cmdline >\(folder.path)/cmdline; pwd >\(folder.path)/cwd; echo D x; echo OK ;;")
    _ = try await ask(pinentry)
    let names = try folder.text("env").split(separator: "\n").map { $0.prefix { $0 != "=" } }
    #expect(Set(names).isSubset(of: ["DISPLAY", "TERM", "GPG_TTY", "PATH", "LC_ALL", "PWD", "OLDPWD", "SHLVL", "_"]))
    #expect(try folder.text("env").contains("DISPLAY=:7"))
    let targets = try folder.text("fds").split(separator: "\n").compactMap { $0.components(separatedBy: " -> ").last }
    let expected = ["total 0", "pipe:", "/dev/null", folder.path]
    #expect(targets.allSatisfy { target in expected.contains { target.hasPrefix($0) } }, "\(targets)")
    #expect(targets.filter { $0.hasPrefix("pipe:") }.count <= 3, "both pipes, and what the shell keeps of one")
    #expect(try folder.text("cmdline") == "/bin/sh \(pinentry.program) ")
    #expect(try folder.text("cwd") == "/\n")
  }

  @Test("one that is missing, dies, talks nonsense, hangs or refuses is told by name, and ended")
  func faults() async throws {
    let missing = Pinentry(program: "\(folder.path)/nothing", environment: [:])
    await #expect(throws: PinentryFailure.notStarted("No such file or directory")) { try await ask(missing) }
    for (cases, greeting, failure) in [
      ("GETPIN) exit 3 ;;", "echo OK", .ended), ("x) ;;", "exit 0", .ended),
      ("x) ;;", "echo hello", .unintelligible), ("x) ;;", "head -c 3000 /dev/zero", .unintelligible),
      ("GETPIN) echo 'D %zz' ;;", "echo OK", .unintelligible),
      ("GETPIN) echo ERR 83886179 cancelled ;;", "echo OK", .cancelled),
      ("SETPROMPT) echo ERR 1 no ;;", "echo OK", .refused("no")),
      ("SETDESC) sleep 100 ;;", "echo OK", .silent), ("x) ;;", "trap '' TERM; sleep 100", .silent),
    ] as [(String, String, PinentryFailure)] {
      let pinentry = try pinentry(cases, greeting: greeting, grace: failure == .silent ? 300 : 5000)
      await #expect(throws: failure, "\(greeting); \(cases)") { try await ask(pinentry) }
    }
    let slow = try pinentry("GETPIN) sleep 100 ;;", grace: 300)
    await #expect(throws: PinentryFailure.timedOut) { try await ask(slow, seconds: 0) }
  }

  @Test("the prompt goes when nobody waits for it any more")
  func abandoned() async throws {
    let pinentry = try pinentry("GETPIN) touch \(folder.path)/asks; sleep 100 ;;")
    let asking = Task { () -> PinentryFailure? in
      do throws(PinentryFailure) {
        _ = try await ask(pinentry)
        return nil
      } catch {
        return error
      }
    }
    try await eventually("it asks") { folder.exists("asks") }
    asking.cancel()
    #expect(await asking.value == .abandoned)
  }

  @Test("no failure shows an answer")
  func silence() {
    for failure in [PinentryFailure.cancelled, .timedOut, .ended, .unintelligible, .refused("no"), .abandoned, .silent]
    {
      #expect(failure.description("/usr/bin/pinentry").contains("agentctl unlock"))
    }
  }
}
