internal import Logging
internal import SessionModel
internal import SessionStore
internal import TOMLKit

/// The settings of `config.toml`, every one with its default.
struct Settings: Hashable, Sendable {
  var logLevel: Logger.Level = .info
  var keySource: KeySourceSetting = .auto
  var keyfile: String?
  var credential = "session-agent"
  var tcti = ""
  var pinentry = "/usr/bin/pinentry"
  var notify = true
  var loginTimeoutSeconds = 900
  var connectTimeoutSeconds = 5
  var requestTimeoutSeconds = 10
  var journalEntries = 1000
  var eventHistory = 4096
  var revokeGiveUpDays = 30

  enum KeySourceSetting: String, Hashable, Sendable, CaseIterable {
    case auto
    case secretService = "secret-service"
    case passphrase
    case systemdCredential = "systemd-credential"
    case tpm2
    case keyfile
  }

  /// Reads the first of the files that there is.
  ///
  /// - Throws: `Problem` (`bad_configuration`) with file and line.
  static func load(_ files: [String]) throws -> Settings {
    for path in files {
      guard let file = try ConfigurationFile.read(path) else { continue }
      return try Settings(file)
    }
    return Settings()
  }

  init() {}

  init(_ file: ConfigurationFile) throws {
    var reader = SettingsReader(file)
    logLevel =
      try reader.choice("log_level", in: nil, ["error", "warning", "info", "debug"])
      .flatMap { Logger.Level(rawValue: $0) } ?? logLevel
    keySource =
      try reader.choice("key_source", in: "keystore", KeySourceSetting.allCases.map(\.rawValue))
      .flatMap { KeySourceSetting(rawValue: $0) } ?? keySource
    keyfile = try reader.path("keyfile", in: "keystore")
    credential = try reader.string("credential", in: "keystore") ?? credential
    tcti = try reader.string("tcti", in: "keystore") ?? tcti
    pinentry = try reader.path("pinentry", in: "login") ?? pinentry
    notify = try reader.bool("notify", in: "login") ?? notify
    loginTimeoutSeconds = try reader.integer("timeout_seconds", in: "login", 1...86_400) ?? loginTimeoutSeconds
    connectTimeoutSeconds =
      try reader.integer("connect_timeout_seconds", in: "network", 1...600) ?? connectTimeoutSeconds
    requestTimeoutSeconds =
      try reader.integer("request_timeout_seconds", in: "network", 1...600) ?? requestTimeoutSeconds
    journalEntries = try reader.integer("journal_entries", in: "limits", 1...100_000) ?? journalEntries
    eventHistory = try reader.integer("event_history", in: "limits", 1...1_000_000) ?? eventHistory
    revokeGiveUpDays = try reader.integer("revoke_give_up_days", in: "limits", 1...3650) ?? revokeGiveUpDays
    try reader.refuseUnknown()
    if keySource == .keyfile, keyfile == nil {
      throw file.problem("key_source", in: "keystore", "is keyfile, so \"keystore.keyfile\" must be an absolute path")
    }
  }
}

/// Takes values out of a settings file and remembers which keys are known.
private struct SettingsReader {
  private let file: ConfigurationFile
  private var known: [String: Set<String>] = ["": []]

  init(_ file: ConfigurationFile) { self.file = file }

  mutating func string(_ key: String, in section: String?) throws -> String? {
    guard let value = try value(key, in: section) else { return nil }
    guard let string = value.string else { throw file.problem(key, in: section, "must be a string") }
    return string
  }

  mutating func path(_ key: String, in section: String?) throws -> String? {
    guard let string = try string(key, in: section) else { return nil }
    guard string.hasPrefix("/") else { throw file.problem(key, in: section, "must be an absolute path") }
    return string
  }

  mutating func choice(_ key: String, in section: String?, _ choices: [String]) throws -> String? {
    guard let string = try string(key, in: section) else { return nil }
    guard choices.contains(string) else {
      throw file.problem(key, in: section, "must be one of " + choices.joined(separator: ", "))
    }
    return string
  }

  mutating func bool(_ key: String, in section: String?) throws -> Bool? {
    guard let value = try value(key, in: section) else { return nil }
    guard value.type == .bool, let bool = value.bool else {
      throw file.problem(key, in: section, "must be true or false")
    }
    return bool
  }

  mutating func integer(_ key: String, in section: String?, _ range: ClosedRange<Int>) throws -> Int? {
    guard let value = try value(key, in: section) else { return nil }
    guard value.type == .int, let integer = value.int, range.contains(integer) else {
      throw file.problem(
        key, in: section, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return integer
  }

  func refuseUnknown() throws {
    for key in file.table.keys.sorted() {
      if known[""]?.contains(key) == true { continue }
      guard let section = known[key], let table = file.table[key]?.table else {
        throw file.problem(key, "is not a known setting")
      }
      if let unknown = table.keys.sorted().first(where: { !section.contains($0) }) {
        throw file.problem(unknown, in: key, "is not a known setting")
      }
    }
  }

  private mutating func value(_ key: String, in section: String?) throws -> (any TOMLValueConvertible)? {
    known[section ?? "", default: []].insert(key)
    guard let section else { return file.table[key] }
    guard let entry = file.table[section] else { return nil }
    guard let table = entry.table else { throw file.problem(section, "must be a table") }
    return table[key]
  }
}
