internal import Glibc

/// Lives through worlds, one seed after the other, until the time is over or something is found.
package struct Marathon {
  /// What a world has come to.
  package struct Life {
    package var sessionDays: Int64
    package var steps: Int

    package init(sessionDays: Int64, steps: Int) {
      self.sessionDays = sessionDays
      self.steps = steps
    }
  }

  private var seed: UInt64 = 1
  private var seconds = 60.0
  package private(set) var days: Int64 = 20
  private var worlds = Int.max
  /// Further arguments, by name.
  package private(set) var others: [String: String] = [:]
  private let usage: String

  /// - Parameters:
  ///   - others: names of further arguments.
  ///   - usage: what is said of arguments that are none.
  package init(_ arguments: [String], others: Set<String> = [], usage: String) {
    self.usage = usage
    var rest = arguments[...]
    while let name = rest.popFirst() {
      guard let text = rest.popFirst() else { leave() }
      switch (name, UInt64(text), Double(text), Int64(text)) {
      case ("--seed", let value?, _, _): (seed, worlds) = (value, 1)
      case ("--from", let value?, _, _): seed = value
      case ("--worlds", _, _, let value?): (worlds, seconds) = (Int(value), .infinity)
      case ("--seconds", _, let value?, _): seconds = value
      case ("--days", _, _, let value?): days = value
      default:
        guard others.contains(name) else { leave() }
        self.others[name] = text
      }
    }
  }

  /// Ends the process: 0 where nothing was found, else 1.
  ///
  /// - Parameter live: lives one world through; throws a `Finding`.
  package mutating func run(_ live: (_ seed: UInt64, _ days: Int64) throws -> Life) -> Never {
    let begun = Marathon.now()
    var (count, sessionDays, steps): (Int, Int64, Int) = (0, 0, 0)
    repeat {
      do {
        let life = try live(seed, days)
        sessionDays += life.sessionDays
        steps += life.steps
      } catch {
        let others = others.sorted { $0.key < $1.key }.map { " \($0.key) \($0.value)" }.joined()
        print("FOUND: \(error). Again: --seed \(seed) --days \(days)\(others)")
        exit(1)
      }
      (count, seed) = (count + 1, seed + 1)
    } while count < worlds && Marathon.now() < begun + seconds
    let rate = Int(Double(sessionDays) / max(Marathon.now() - begun, 0.001))
    print(
      "\(count) worlds, \(sessionDays) session-days (\(rate) a second), \(steps) steps: nothing found. "
        + "Next: --from \(seed)")
    exit(0)
  }

  private func leave() -> Never {
    print(usage)
    exit(64)
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
