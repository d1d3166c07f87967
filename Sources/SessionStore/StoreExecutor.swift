/// Runs the keystore's actor on a thread of its own, so that fsync never holds up the cooperative pool or an event loop.
final class StoreExecutor: SerialExecutor {
  private let thread = SerialThread(name: "keystore")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    // The thread must not end before its last job: the job keeps the executor.
    thread.run { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }
}
