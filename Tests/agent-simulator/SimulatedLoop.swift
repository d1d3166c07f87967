import Dispatch
import NIOCore

/// The agent's event loop, in simulated time.
final class SimulatedLoop: NIOSerialEventLoopExecutor {
  @MainActor private let line: Line

  @MainActor init(_ line: Line) { self.line = line }

  var inEventLoop: Bool { true }
  var now: NIODeadline {
    MainActor.assumeIsolated { .uptimeNanoseconds(UInt64(line.time) * 1000) }
  }

  func execute(_ task: @escaping @Sendable () -> Void) { MainActor.assumeIsolated { line.plan { task() } } }

  func submit<T>(_ task: @escaping @Sendable () throws -> T) -> EventLoopFuture<T> {
    let promise = makePromise(of: T.self)
    execute { Self.run(task, promise) }
    return promise.futureResult
  }

  func scheduleTask<T>(deadline: NIODeadline, _ task: @escaping @Sendable () throws -> T) -> Scheduled<T> {
    let promise = makePromise(of: T.self)
    let cancelled = Flag()
    MainActor.assumeIsolated {
      let wait = max(Int64(clamping: deadline.uptimeNanoseconds / 1000) - line.time, 0)
      line.plan(after: wait) { if !cancelled.isSet { Self.run(task, promise) } }
    }
    return Scheduled(promise: promise) { MainActor.assumeIsolated { cancelled.isSet = true } }
  }

  func scheduleTask<T>(in amount: TimeAmount, _ task: @escaping @Sendable () throws -> T) -> Scheduled<T> {
    scheduleTask(deadline: now + amount, task)
  }

  private static func run<T>(_ task: () throws -> T, _ promise: EventLoopPromise<T>) {
    do {
      promise.assumeIsolatedUnsafeUnchecked().succeed(try task())
    } catch {
      promise.fail(error)
    }
  }

  func preconditionInEventLoop(file: StaticString, line: UInt) {}
  func preconditionNotInEventLoop(file: StaticString, line: UInt) {}

  func shutdownGracefully(queue: DispatchQueue, _ callback: @escaping @Sendable ((any Error)?) -> Void) {
    callback(nil)
  }

  private final class Flag: Sendable {
    @MainActor var isSet = false
  }
}
