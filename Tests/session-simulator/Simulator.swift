import Glibc

/// `make simulate`: lives through worlds, one seed after the other, until the time is over or something is found.
@main
struct Simulator {
  static func main() {
    var (seed, seconds, days, only): (UInt64, Double, Int64, Bool) = (1, 60, 20, false)
    var arguments = CommandLine.arguments.dropFirst()
    while let name = arguments.popFirst() {
      guard let text = arguments.popFirst() else { usage() }
      switch (name, UInt64(text), Double(text), Int64(text)) {
      case ("--seed", let value?, _, _): (seed, only) = (value, true)
      case ("--from", let value?, _, _): seed = value
      case ("--seconds", _, let value?, _): seconds = value
      case ("--days", _, _, let value?): days = value
      default: usage()
      }
    }
    let end = now() + seconds
    var (worlds, sessionDays, steps): (Int, Int64, Int) = (0, 0, 0)
    repeat {
      do {
        var world = World(seed: seed)
        sessionDays += Int64(try world.run(days: days)) * days
        steps += world.steps
      } catch {
        print("FOUND: \(error) DAYS=\(days)")
        exit(1)
      }
      (worlds, seed) = (worlds + 1, seed + 1)
    } while !only && now() < end
    print("\(worlds) worlds, \(sessionDays) session-days, \(steps) steps: nothing found. Next: --from \(seed)")
  }

  private static func usage() -> Never {
    print("session-simulator [--seed N | --from N] [--seconds S] [--days D]")
    exit(64)
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
