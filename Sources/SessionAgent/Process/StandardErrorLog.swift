internal import Glibc
internal import Logging
internal import NIOConcurrencyHelpers
internal import SessionModel

/// One line an entry on standard error: time, level, message, metadata.
struct StandardErrorLog: LogHandler {
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]
  private let output: LogOutput

  init(level: Logger.Level, output: LogOutput) {
    logLevel = level
    self.output = output
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { $1 }
    let pairs = all.sorted { $0.key < $1.key }.map { " \($0.key)=\(StandardErrorLog.quoted("\($0.value)"))" }.joined()
    let message = StandardErrorLog.oneLine("\(event.message)")
    output.write("\(SystemClock().now().wall) \(event.level) \(message)\(pairs)\n")
  }

  /// A value can't forge another one.
  private static func quoted(_ text: String) -> String {
    let safe = oneLine(text)
    guard safe.isEmpty || safe.contains(where: { $0 == " " || $0 == "\"" || $0 == "=" }) else { return safe }
    let escaped = safe.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
    return "\"\(escaped)\""
  }

  /// Control characters and line separators can't forge another line.
  private static func oneLine(_ text: String) -> String {
    let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
      let category = scalar.properties.generalCategory
      let breaks = category == .control || category == .lineSeparator || category == .paragraphSeparator
      return breaks ? " " : scalar
    }
    return String(String.UnicodeScalarView(scalars))
  }
}

/// Standard error; where that is the agent's own log file, it is rotated at 1 MiB and one predecessor kept.
final class LogOutput: Sendable {
  private static let limit: off_t = 1 << 20
  private let file: String
  private let descriptor: CInt
  private let lock = NIOLock()

  /// - Parameter file: where the log of an agent started by need is.
  init(file: String, descriptor: CInt = 2) {
    self.file = file
    self.descriptor = descriptor
  }

  func write(_ line: String) {
    lock.withLock {
      rotate()
      var rest = Array(line.utf8)[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return }
        rest = rest.dropFirst(count)
      }
    }
  }

  private func rotate() {
    var current = stat()
    var named = stat()
    guard fstat(descriptor, &current) == 0, current.st_mode & S_IFMT == S_IFREG, current.st_size >= LogOutput.limit,
      lstat(file, &named) == 0, named.st_dev == current.st_dev, named.st_ino == current.st_ino,
      rename(file, file + ".1") == 0
    else { return }
    let fresh = open(file, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard fresh >= 0 else { return }
    dup2(fresh, descriptor)
    close(fresh)
  }
}
