import Foundation
import Testing

/// Waits until the condition holds, looking again and again; fails after seconds.
func eventually(
  _ what: Comment, within seconds: Double = 20, sourceLocation: SourceLocation = #_sourceLocation,
  _ condition: () async throws -> Bool
) async throws {
  let end = Date().addingTimeInterval(seconds)
  while try await !condition() {
    guard Date() < end else {
      Issue.record("not in time: \(what)", sourceLocation: sourceLocation)
      throw NotInTime()
    }
    try await Task.sleep(for: .milliseconds(5))
  }
}

struct NotInTime: Error {}
