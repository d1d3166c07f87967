import Foundation
import Glibc

extension ChildProcess {
  /// Starts `keystore-probe`. It dies with the thread that called this, so wait for it there, without an await between.
  static func probe(_ arguments: [String], _ environment: [String: String] = [:]) throws -> ChildProcess {
    let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let path = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("keystore-probe").path
    let environment = environment.merging(["PROBE_PARENT": String(getpid())]) { $1 }
    return try ChildProcess(path, arguments, environment: environment)
  }
}
