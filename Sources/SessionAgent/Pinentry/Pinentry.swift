internal import CSystemCalls
internal import Glibc
internal import SessionAPI
internal import SessionModel

/// Asks a person for a passphrase by the program of `[login] pinentry` (SECURITY 18). A process for each question, so
/// that the terminal is the person's own again while an answer is tried.
struct Pinentry: Sendable {
  /// Absolute.
  let program: String
  /// Ours; little of it is handed on.
  let environment: [String: String]

  private static let names: Set<String> = [
    "HOME", "USER", "LOGNAME", "PATH", "LANG", "LANGUAGE", "DBUS_SESSION_BUS_ADDRESS",
  ]
  private static let prefixes = ["XDG_", "LC_"]
  /// How long the program may take before it asks, and after the prompt's own time.
  var graceMilliseconds: Int64 = 5000

  /// The answer. Blocks nobody: a thread of its own waits. When the task is cancelled the prompt goes.
  func ask(_ question: PinentryQuestion) async throws(PinentryFailure) -> Secret {
    guard let stop = StopSignal() else { throw .notStarted(String(cString: strerror(errno))) }
    let result: Result<Secret, PinentryFailure> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isRunning = DetachedThread.start { continuation.resume(returning: answer(question, stop)) }
        if !isRunning { continuation.resume(returning: .failure(.notStarted("there can be no thread for it"))) }
      }
    } onCancel: {
      stop.give()
    }
    return try result.get()
  }

  private func answer(_ question: PinentryQuestion, _ stop: StopSignal) -> Result<Secret, PinentryFailure> {
    let start = csystem_boottime_milliseconds() + graceMilliseconds
    return Result { () throws(PinentryFailure) in
      var process = try PinentryProcess(program, environment: variables(question.place))
      return try process.ask(
        question, start: start, end: start + Int64(question.seconds) * 1000, stop: stop.descriptor)
    }
  }

  /// What the program gets: where the person's things are, the language, and the display that it is to ask on.
  func variables(_ place: PinentryDocument) -> [String] {
    var kept = environment.filter { name, _ in
      Pinentry.names.contains(name) || Pinentry.prefixes.contains { name.hasPrefix($0) }
    }
    kept["DISPLAY"] = place.display
    kept["WAYLAND_DISPLAY"] = place.waylandDisplay
    kept["XAUTHORITY"] = place.xAuthority
    kept["TERM"] = place.ttyType
    kept["GPG_TTY"] = place.ttyName
    return kept.map { "\($0)=\($1)" }.sorted()
  }
}

/// Tells a thread that waits in poll(2), once, from another.
private final class StopSignal: Sendable {
  let descriptor: CInt
  private let other: CInt

  init?() {
    var ends: [CInt] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends { _ = csystem_set_close_on_exec(end) }
    (descriptor, other) = (ends[0], ends[1])
  }

  func give() { _ = write(other, "x", 1) }

  deinit {
    close(descriptor)
    close(other)
  }
}
