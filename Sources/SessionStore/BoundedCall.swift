internal import CLibSecret
internal import Dispatch
internal import Foundation
internal import Synchronization

/// GLib's way to end a call from another thread.
final class Cancellation: Sendable {
  /// The object's address; GCancellable may be used from any thread.
  private let address: UInt

  init() { address = UInt(bitPattern: g_cancellable_new()) }

  var pointer: UnsafeMutablePointer<GCancellable>? { UnsafeMutablePointer(bitPattern: address) }

  func cancel() { g_cancellable_cancel(pointer) }

  deinit { g_object_unref(pointer) }
}

/// Runs blocking work on a thread of its own and answers within a deadline, whatever the work does.
enum BoundedCall {
  /// - Parameters:
  ///   - milliseconds: after these the work is cancelled; where it does not heed that, it is left behind.
  ///   - late: the answer then.
  ///   - endsWithTask: whether the work is cancelled with the task that waits for it, too.
  static func run<Answer: Sendable>(
    milliseconds: Int, late: Answer, endsWithTask: Bool = false,
    _ work: @escaping @Sendable (Cancellation) -> Answer
  ) async -> Answer {
    let cancellation = Cancellation()
    return await withTaskCancellationHandler {
      await run(milliseconds: milliseconds, late: late, cancellation, work)
    } onCancel: {
      if endsWithTask { cancellation.cancel() }
    }
  }

  private static func run<Answer: Sendable>(
    milliseconds: Int, late: Answer, _ cancellation: Cancellation, _ work: @escaping @Sendable (Cancellation) -> Answer
  ) async -> Answer {
    await withCheckedContinuation { continuation in
      let waiting = Waiting(continuation)
      let isDone = DispatchSemaphore(value: 0)
      Thread.detachNewThread {
        waiting.resume(work(cancellation))
        isDone.signal()
      }
      // Where nothing else can be in the way of the deadline.
      Thread.detachNewThread {
        if isDone.wait(timeout: .now() + .milliseconds(milliseconds)) == .success { return }
        cancellation.cancel()
        if isDone.wait(timeout: .now() + .milliseconds(min(milliseconds / 10, 500))) == .timedOut {
          waiting.resume(late)
        }
      }
    }
  }

  /// A continuation that only its first answer resumes.
  private final class Waiting<Answer: Sendable>: Sendable {
    private let continuation: Mutex<CheckedContinuation<Answer, Never>?>

    init(_ continuation: CheckedContinuation<Answer, Never>) { self.continuation = Mutex(continuation) }

    func resume(_ answer: Answer) {
      continuation.withLock { waiting in
        defer { waiting = nil }
        return waiting
      }?.resume(returning: answer)
    }
  }
}
