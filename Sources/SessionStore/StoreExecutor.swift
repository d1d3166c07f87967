internal import Dispatch

/// Runs the keystore's actor on a queue of its own, so that fsync never holds up the cooperative pool or an event loop.
final class StoreExecutor: SerialExecutor {
  private let queue = DispatchQueue(label: "session-agent.keystore", qos: .userInitiated)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }
}
