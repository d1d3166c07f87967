import Foundation
import Logging
import SessionModel
import Testing

@testable import SessionAgent

@Suite("Settings")
struct SettingsTests {
  private func settings(_ text: String) throws -> Settings {
    try Settings(try ConfigurationFile(path: "config.toml", text: text))
  }

  private func complaint(_ text: String) -> String? {
    do {
      _ = try settings(text)
      return nil
    } catch {
      let problem = error as? Problem
      return problem?.code == .badConfiguration ? problem?.detail : "another error: \(error)"
    }
  }

  @Test("without a file every setting has its default")
  func defaults() throws {
    let none = try Settings.load(["/nonexistent/config.toml"])
    #expect(none == Settings())
    #expect(none.keySource == .auto && none.logLevel == .info && none.loginTimeoutSeconds == 900)
    #expect(none.connectTimeoutSeconds == 5 && none.requestTimeoutSeconds == 10)
    #expect(none.journalEntries == 1000 && none.eventHistory == 4096 && none.revokeGiveUpDays == 30)
    #expect(try settings("") == Settings())
  }

  @Test("every key of the contract is read")
  func everyKey() throws {
    let all = try settings(
      """
      log_level = "debug"
      [keystore]
      key_source = "keyfile"
      keyfile = "/k"
      credential = "c"
      tcti = "device:/dev/tpmrm0"
      [login]
      pinentry = "/bin/p"
      notify = false
      timeout_seconds = 1
      [network]
      connect_timeout_seconds = 2
      request_timeout_seconds = 3
      [limits]
      journal_entries = 4
      event_history = 5
      revoke_give_up_days = 6
      """)
    var expected = Settings()
    expected.logLevel = .debug
    expected.keySource = .keyfile
    expected.keyfile = "/k"
    expected.credential = "c"
    expected.tcti = "device:/dev/tpmrm0"
    expected.pinentry = "/bin/p"
    expected.notify = false
    expected.loginTimeoutSeconds = 1
    expected.connectTimeoutSeconds = 2
    expected.requestTimeoutSeconds = 3
    expected.journalEntries = 4
    expected.eventHistory = 5
    expected.revokeGiveUpDays = 6
    #expect(all == expected)
  }

  @Test(
    "an unknown key is named with file and line",
    arguments: [
      ("\nlog_levl = \"info\"\n", 2, "log_levl"),
      ("[keystore]\n\n# keyfil = 1\nkeyfil = \"/k\"\n", 4, "keystore.keyfil"),
      ("log_level = \"info\"\n[keystor]\nkeyfile = \"/k\"\n", 2, "keystor"), ("login.notfy = true\n", 1, "login.notfy"),
      ("# x\nlogin = { notfy = true }\n", 2, "login.notfy"), ("\n\"log level\" = 1\n", 2, "log level"),
      ("\n[keystore]\n[keystore.tpm]\na = 1\n", 3, "keystore.tpm"), ("\n\n[profile.work]\na = 1\n", 3, "profile"),
      ("log_level = \"info\"\r\n[login]\r\nnotfy = true\r\n", 3, "login.notfy"),
      ("[keystore]\ntcti = \"\"\"\nkeyfil = 1\n[login]\n\"\"\"\nkeyfil = 2\n", 6, "keystore.keyfil"),
      ("[keystore]\ntcti = '''keyfil = 1\nkeyfil = 1\n'''\nkeyfil = 2\n", 5, "keystore.keyfil"),
    ])
  func unknown(text: String, line: Int, key: String) throws {
    #expect(complaint(text) == "config.toml:\(line): \"\(key)\" is not a known setting. Correct the file.")
  }

  @Test(
    "a value of the wrong type is named with file and line",
    arguments: [
      ("log_level = 3", 1, "\"log_level\" must be a string"),
      ("log_level = \"loud\"", 1, "\"log_level\" must be one of error, warning, info, debug"),
      ("[login]\nnotify = \"yes\"", 2, "\"login.notify\" must be true or false"),
      ("[login]\nnotify = 1", 2, "\"login.notify\" must be true or false"),
      ("[login]\ntimeout_seconds = \"9\"", 2, "must be a whole number from 1 to 86400"),
      ("[login]\ntimeout_seconds = 9.5", 2, "must be a whole number from 1 to 86400"),
      ("[login]\ntimeout_seconds = 0", 2, "must be a whole number from 1 to 86400"),
      ("[login]\ntimeout_seconds = true", 2, "must be a whole number from 1 to 86400"),
      ("\nkeystore = 1", 2, "\"keystore\" must be a table"),
      ("[[keystore]]\nkeyfile = \"/k\"", 1, "\"keystore\" must be a table"),
      ("[keystore]\nkey_source = \"tpm\"", 2, "\"keystore.key_source\" must be one of auto, secret-service"),
      ("[limits]\n\nevent_history = 2_000_000", 3, "\"limits.event_history\" must be a whole number"),
    ])
  func wrongType(text: String, line: Int, what: String) throws {
    let said = try #require(complaint(text))
    #expect(said.hasPrefix("config.toml:\(line): ") && said.contains(what), "\(said)")
  }

  @Test("a syntax error is named with its line")
  func syntax() throws {
    for text in ["log_level = \"info\"\n[login\n", "\nlog_level = = 1\n", "\nlog_level = \"info\n", "a = 1\na = 2\n"] {
      #expect(complaint(text)?.hasPrefix("config.toml:2: ") == true, "\(complaint(text) ?? "no complaint")")
    }
  }

  @Test("key source keyfile needs an absolute path")
  func keyfileWithoutPath() throws {
    let said = "is keyfile, so \"keystore.keyfile\" must be an absolute path"
    #expect(complaint("[keystore]\nkey_source = \"keyfile\"\n")?.contains(said) == true)
    #expect(complaint("[keystore]\nkey_source = \"keyfile\"\nkeyfile = \"/key\"\n") == nil)
  }

  @Test(
    "a path that is not absolute is named with its own line",
    arguments: [
      ("[keystore]\nkey_source = \"keyfile\"\nkeyfile = \"key\"\n", 3, "keystore.keyfile"),
      ("[keystore]\nkeyfile = \"\"\n", 2, "keystore.keyfile"),
      ("[login]\npinentry = \"pinentry\"\n", 2, "login.pinentry"),
    ])
  func relativePath(text: String, line: Int, key: String) {
    #expect(complaint(text) == "config.toml:\(line): \"\(key)\" must be an absolute path. Correct the file.")
  }

  @Test("a file that is not text, too large or no file is refused")
  func unreadable() throws {
    let folder = try TemporaryFolder()
    func complaint(_ path: String) -> String? {
      do {
        _ = try Settings.load([path])
        return nil
      } catch {
        return (error as? Problem)?.detail
      }
    }
    let latin = try folder.write("latin.toml", Data([0x23, 0x20, 0xE4, 0x0A]))
    #expect(complaint(latin)?.contains("\(latin):1: The file is not UTF-8") == true)
    let huge = try folder.write("huge.toml", Data(repeating: 0x0A, count: 1 << 20 + 1))
    #expect(complaint(huge)?.contains("is not a regular file of at most 1 MiB") == true)
    #expect(complaint(folder.path)?.contains("is not a regular file of at most 1 MiB") == true)
    let fifo = folder.path + "/fifo"
    try #require(mkfifo(fifo, 0o600) == 0)
    #expect(complaint(fifo)?.contains("is not a regular file") == true)
  }

  @Test("the user's file is read instead of the system's, not beside it")
  func precedence() throws {
    let folder = try TemporaryFolder()
    let user = try folder.write("user.toml", "[login]\nnotify = false\n")
    let system = try folder.write("system.toml", "log_level = \"debug\"\n")
    #expect(try Settings.load([user, system]).logLevel == .info)
    #expect(try Settings.load([folder.path + "/none", system]).logLevel == .debug)
  }
}
