import CSimulation

/// The keystore's thread: its work takes a disk's time, and fails while the disk is full.
final class SimulatedDisk: SerialExecutor {
  @MainActor private let line: Line
  @MainActor private let isFull: () -> Bool

  @MainActor init(_ line: Line, isFull: @escaping @MainActor () -> Bool) {
    self.line = line
    self.isFull = isFull
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    MainActor.assumeIsolated {
      line.plan {
        let isFull = self.isFull()
        if isFull { csimulation_let_files_grow(0) }
        job.runSynchronously(on: self.asUnownedSerialExecutor())
        if isFull { csimulation_let_files_grow(1) }
      }
    }
  }
}
