import Foundation
import Glibc
import SessionModel
import SessionStore
import Testing

@Suite("a process killed in the middle of refreshes")
struct KillTests {
  let place: TestStore

  init() throws { place = try TestStore() }

  /// The last step of each kind among the probe's lines.
  private static func last(_ lines: [String]) -> (token: Int64, generation: Int64) {
    func last(_ kind: String) -> Int64 {
      lines.filter { $0.hasPrefix("\(kind) ") }.compactMap { Int64($0.dropFirst(2)) }.max() ?? 0
    }
    return (last("r"), last("g"))
  }

  @Test("what it said was durable is there, no spent token comes back, and the store opens, forty times over")
  func killed() async throws {
    for round in 0..<40 {
      let child = try ChildProcess.probe(["refresh", place.path, place.keyfilePath])
      var lines: [String] = []
      for _ in 0..<Int.random(in: 1...12) { lines.append(try #require(child.firstLine(), "round \(round)")) }
      child.signal(SIGKILL)
      lines += child.rest().split(separator: "\n").map(String.init)
      child.end(SIGKILL)
      let said = Self.last(lines)

      let store = try await place.unlocked()
      let loaded = try await store.sessions()
      await store.close()
      #expect(loaded.damaged.isEmpty)
      let record = try #require(loaded.records.first)
      let stored = try #require(record.tokens.refreshToken?.revealString().dropFirst("refresh-".count))
      let token = try #require(Int64(stored))
      let generation = record.generation.rawValue
      #expect(generation >= said.generation, "round \(round)")
      #expect(token >= max(said.token, said.generation), "round \(round)")
      #expect(token == generation || token == generation + 1, "round \(round)")
      #expect(record.tokens.access.value == Secret("access-\(generation)"))
      if let intent = record.refreshIntent { #expect(intent == generation + 1 && token == generation) }
    }
  }
}
