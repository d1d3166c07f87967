internal import CLibSecret

/// Notices that questions stay without an answer. It wakes its thread up while one is open, until it has told, and never
/// else.
final class SilenceWatch {
  private static let patienceMilliseconds: UInt32 = 5000

  private let silent: () -> Void
  private var open = 0
  private var answers: UInt64 = 0
  private var answersBefore: UInt64?

  init(_ silent: @escaping () -> Void) { self.silent = silent }

  func asked() {
    open += 1
    if answersBefore == nil { wait() }
  }

  func answered() {
    open -= 1
    answers += 1
  }

  /// One time-out in the thread's context.
  private func wait() {
    answersBefore = answers
    let source = g_timeout_source_new(Self.patienceMilliseconds)
    g_source_set_callback(
      source,
      { watch in
        if let watch { Unmanaged<SilenceWatch>.fromOpaque(watch).takeUnretainedValue().look() }
        return 0
      }, Unmanaged.passRetained(self).toOpaque(),
      { watch in if let watch { Unmanaged<SilenceWatch>.fromOpaque(watch).release() } })
    g_source_attach(source, g_main_context_get_thread_default())
    g_source_unref(source)
  }

  private func look() {
    let isStuck = open > 0 && answers == answersBefore
    answersBefore = nil
    if isStuck { silent() } else if open > 0 { wait() }
  }
}
