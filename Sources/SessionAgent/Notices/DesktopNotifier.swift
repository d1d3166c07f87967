internal import CLibSecret
internal import Logging
internal import NIOConcurrencyHelpers

/// Carries changes to the desktop, on a thread of its own that begins with the first of them and sleeps between them.
/// What is asked of it meanwhile is kept by subject: the newest counts.
final class DesktopNotifier: Sendable {
  private struct Waiting {
    var changes: [NoticeChange] = []
    var hasThread = false
  }

  private let logger: Logger
  private let waiting = NIOLockedValueBox(Waiting())
  /// The address of the GMainContext in which answers and signals come; it may be woken up from any thread.
  private let context = UInt(bitPattern: g_main_context_new())

  init(logger: Logger) { self.logger = logger }

  /// Returns at once, whatever the desktop does.
  func take(_ change: NoticeChange) {
    let hadThread = waiting.withLockedValue { waiting in
      waiting.changes.removeAll { $0.subject == change.subject }
      waiting.changes.append(change)
      defer { waiting.hasThread = true }
      return waiting.hasThread
    }
    if hadThread {
      g_main_context_wakeup(OpaquePointer(bitPattern: context))
    } else if !DetachedThread.start({ self.run() }) {
      waiting.withLockedValue { $0.hasThread = false }
    }
  }

  private func run() {
    let context = OpaquePointer(bitPattern: context)
    g_main_context_push_thread_default(context)
    let service = NotificationService(logger: logger)
    while true {
      service.take(
        waiting.withLockedValue { waiting in
          defer { waiting.changes = [] }
          return waiting.changes
        })
      g_main_context_iteration(context, 1)
    }
  }
}
