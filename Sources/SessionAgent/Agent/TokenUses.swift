internal import Glibc
internal import SessionModel
internal import WireJSON

/// Uses of tokens by peer process, session and type, gathered for ten seconds (the audit events of CONTRACT §5.4).
struct TokenUses {
  static let interval: Int64 = 10_000

  struct Key: Hashable {
    var pid: Int32
    var session: SessionName
    var type: TokenType
  }

  /// How often, and by whom as it was at the first time: the process may be gone, or another, ten seconds later.
  struct Use {
    var count: Int64
    var peer: JSONValue
  }

  private(set) var uses: [Key: Use] = [:]
  private(set) var deadline: BootInstant?

  mutating func record(_ key: Key, now: BootInstant) {
    uses[key, default: Use(count: 0, peer: TokenUses.describe(pid: key.pid))].count += 1
    if deadline == nil { deadline = now.adding(milliseconds: TokenUses.interval) }
  }

  mutating func take() -> [Key: Use] {
    defer {
      uses = [:]
      deadline = nil
    }
    return uses
  }

  /// What can be said of a peer: its executable and its systemd unit, null where they can't be read.
  static func describe(pid: Int32) -> JSONValue {
    ["pid": .integer(Int64(pid)), "exe": .optional(PeerCredentials.executable(pid)), "unit": .optional(unit(pid))]
  }

  private static func unit(_ pid: Int32) -> String? {
    let descriptor = open("/proc/\(pid)/cgroup", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(descriptor, &buffer, buffer.count)
    guard count > 0 else { return nil }
    let parts = String(decoding: buffer[..<count], as: UTF8.self).split { $0 == "/" || $0 == "\n" }
    return parts.last { $0.hasSuffix(".service") || $0.hasSuffix(".scope") }.map(String.init)
  }
}

extension PeerCredentials {
  /// The path of the program that a process runs; nil where it can't be read.
  static func executable(_ pid: Int32) -> String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/\(pid)/exe", &buffer, buffer.count)
    return count > 0 ? String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
  }
}
