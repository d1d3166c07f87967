import ArgumentParser
import Foundation
import SessionAPI
import SessionModel
import Testing
import WireJSON

@testable import AuthFlows
@testable import SessionAgent
@testable import agentctl

@Suite("What messages recommend to run")
struct RecommendedCommandTests {
  @Test("of the table of errors, each command can be run as it is printed", arguments: Purpose.allCases)
  func table(_ purpose: Purpose) throws {
    let names = try RecommendedCommandTests.names()
    for row in ErrorRow.particular(to: purpose) + ErrorRow.all {
      for text in ["\(row.what) \(row.advice)", row.renewing ?? ""] {
        let told = Problem(.providerError, text).naming(names).detail
        for command in RecommendedCommand.all(in: told) { try command.check() }
        #expect(text.hasSuffix("agentctl login.") == told.hasSuffix("agentctl login work --session s"))
      }
    }
  }

  @Test("in the table the account's commands name the account")
  func account() throws {
    let row = try #require(ErrorRow.find("UserNotConfirmedException", message: nil))
    let told = Problem(.providerError, row.advice).naming(try RecommendedCommandTests.names()).detail
    #expect(told.contains("agentctl account confirm work --username 'it'\\''s a@b+c'"))
    let secret = try #require(ErrorRow.find("NotAuthorizedException", message: "SecretHash does not match"))
    let addition = Problem(.providerError, secret.advice).naming(try RecommendedCommandTests.names()).detail
    #expect(addition.hasSuffix("agentctl profile add work --user-pool-id p --client-id c --client-secret-file FILE"))
  }

  @Test("everywhere else in the programs too")
  func everywhere() throws {
    let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Sources")
    var found = 0
    // The flows and these files name commands barely; what completes them is tested above.
    let bare: Set = ["CommandNames.swift", "ClientSecretEnvelope.swift"]
    for folder in ["SessionAgent", "SessionStore", "SessionAgentClient", "SessionAPI", "SessionModel", "agentctl"] {
      let files = FileManager.default.enumerator(
        at: sources.appendingPathComponent(folder), includingPropertiesForKeys: nil)
      while let file = files?.nextObject() as? URL {
        guard file.pathExtension == "swift", !bare.contains(file.lastPathComponent) else { continue }
        for text in SourceText.literals(in: try String(contentsOf: file, encoding: .utf8)) {
          for command in RecommendedCommand.all(in: text) {
            try command.check(in: file.lastPathComponent)
            found += 1
          }
        }
      }
    }
    #expect(found > 60)
  }

  private static func names() throws -> CommandNames {
    var profile = try ProfileDocument(
      json: JSONValue.parse(#"{"provider":"cognito","user_pool_id":"p","client_id":"c"}"#.utf8))
    profile.name = Name("work")
    return CommandNames(
      profile: try #require(Name("work")), session: try #require(Name("s")), username: "it's a@b+c", document: profile)
  }
}

/// A command of agentctl's in a sentence: from its name to the end of the sentence, the next comma or bracket.
private struct RecommendedCommand {
  let text: String

  static func all(in sentence: String) -> [RecommendedCommand] {
    sentence.ranges(of: "agentctl ").compactMap { range in
      let rest = sentence[range.upperBound...].prefix { $0 != "\n" }
      let ends = [", ", ". ", "; ", ") ", " (", " > ", "…", ") ", "): ", ": "].compactMap {
        rest.firstRange(of: $0)?.lowerBound
      }
      var command = rest[..<(ends.min() ?? rest.endIndex)]
      while let last = command.last, ".)".contains(last) { command.removeLast() }
      // "The agent is started by agentctl when" and the like: prose, known by its verb.
      let isProse = ["speaks", "starts", "is"].contains(command.prefix { $0 != " " })
      return isProse ? nil : RecommendedCommand(text: String(command))
    }
  }

  func check(in place: String = "the table") throws {
    do {
      _ = try RootCommand.parseAsRoot(words)
    } catch {
      Issue.record("\(place): agentctl \(text): \(RootCommand.message(for: error))")
    }
  }

  /// As a shell takes it apart: words, some in single quotes.
  private var words: [String] {
    var (words, isQuoted, isEscaped) = ([""], false, false)
    for character in text {
      switch character {
      case _ where isEscaped: (words[words.count - 1], isEscaped) = (words[words.count - 1] + [character], false)
      case "'": isQuoted.toggle()
      case "\\" where !isQuoted: isEscaped = true
      case " " where !isQuoted: words.append("")
      default: words[words.count - 1].append(character)
      }
    }
    return words.filter { !$0.isEmpty }
  }
}

/// The sentences of a source file: its string literals, those that `+` joins as one, interpolations as a word.
private enum SourceText {
  static func literals(in source: String) -> [String] {
    let lines = source.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("//") }
    return lines.joined(separator: "\n")
      .replacing(#/"\s*\n\s*\+ "/#, with: "")
      .replacing(#/\\\((?:[^()]|\([^()]*\))*\)/#, with: "x")
      .replacing("\\\"", with: "”")
      .matches(of: #/"([^"\n]*)"|^ +[^"\n]*agentctl [^"\n]*$/#.anchorsMatchLineEndings())
      .map { String($0.output.1 ?? $0.output.0) }
  }
}
