import CSimulation
import Simulation

/// Simulated time, in microseconds, and what is to happen in it.
///
/// One thread, the main one, runs everything: what Swift would run on several at once comes here, and when each piece
/// gets its turn is the seed's choice.
@MainActor
final class Stage {
  private(set) var time: Int64
  var random: Generator
  private(set) var steps = 0
  private var agenda = Agenda<@MainActor () -> Void>()

  init(seed: UInt64, at time: Int64) {
    self.time = time
    random = Generator(seed: seed)
  }

  /// When the next thing happens.
  var next: Int64? { agenda.next }

  func plan(at time: Int64, _ act: @escaping @MainActor () -> Void) { agenda.add(act, at: max(time, self.time)) }

  func plan(after microseconds: Int64, _ act: @escaping @MainActor () -> Void) {
    plan(at: time + microseconds, act)
  }

  func plan(milliseconds: Int64, _ act: @escaping @MainActor () -> Void) { plan(after: milliseconds * 1000, act) }

  /// Time goes by and nothing runs.
  func stand(milliseconds: Int64) { time += milliseconds * 1000 }

  /// Does the next thing; false where there is none before `end`, which it is then.
  func step(until end: Int64) -> Bool {
    guard let next = agenda.next, next <= end, let (due, act) = agenda.take() else {
      time = max(time, end)
      return false
    }
    time = max(time, due)
    steps += 1
    act()
    return true
  }

  /// Takes over the tasks of Swift's global executor.
  func takeJobs() {
    csimulation_take_jobs(
      { context, job in
        guard let context else { return }
        let stage = Unmanaged<Stage>.fromOpaque(context).takeUnretainedValue()
        let number = UInt(bitPattern: job)
        MainActor.assumeIsolated {
          stage.plan(after: stage.random.from(1...60)) {
            csimulation_run_job(UnsafeMutableRawPointer(bitPattern: number))
          }
        }
      }, Unmanaged.passRetained(self).toOpaque())
  }
}

/// What is done one after the other, each piece a while after it came.
@MainActor
final class Line {
  private let stage: Stage
  private let latency: ClosedRange<Int64>
  private var last: Int64 = 0

  /// - Parameter latency: in microseconds.
  init(_ stage: Stage, latency: ClosedRange<Int64>) {
    self.stage = stage
    self.latency = latency
  }

  var time: Int64 { stage.time }

  func plan(_ act: @escaping @MainActor () -> Void) {
    last = max(last, stage.time + stage.random.from(latency))
    stage.plan(at: last, act)
  }

  func plan(after microseconds: Int64, _ act: @escaping @MainActor () -> Void) {
    stage.plan(after: microseconds, act)
  }
}

/// For what is called from tasks: all of them run on the stage's thread.
func onStage<Result: Sendable>(_ act: @MainActor () -> Result) -> Result { MainActor.assumeIsolated { act() } }
