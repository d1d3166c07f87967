internal import Dispatch
internal import Foundation
internal import Synchronization

/// A thread that runs what it is given, one after the other, and sleeps while there is nothing. It ends with its owner.
///
/// Not a dispatch queue: after the first use of one, libdispatch wakes the process up every second for ever.
final class SerialThread: Sendable {
  private let work = Work()

  init(name: String) {
    let work = work
    let thread = Thread { while let next = work.next() { next() } }
    thread.name = name
    thread.start()
  }

  deinit { work.end() }

  func run(_ block: @escaping @Sendable () -> Void) { work.append(block) }

  private final class Work: Sendable {
    private let blocks = Mutex<[@Sendable () -> Void]>([])
    private let filled = DispatchSemaphore(value: 0)

    func append(_ block: @escaping @Sendable () -> Void) {
      blocks.withLock { $0.append(block) }
      filled.signal()
    }

    /// Wakes the thread up with nothing to do.
    func end() { filled.signal() }

    /// What is next; nil at the end.
    func next() -> (@Sendable () -> Void)? {
      filled.wait()
      return blocks.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }
  }
}
