import AuthFlows
import NIOPosix
import SessionModel
import Testing

@testable import SessionAgent

/// Every way to begin × what the pool then asks × client secret × alias × rotation, each to its end at the real local
/// pool, which shares no code with the flows.
@Suite("The login matrix")
struct LoginMatrixTests {
  @Test("has every cell that there is")
  func complete() {
    #expect(LoginCase.all.count == 536)
    #expect(Set(LoginCase.all.map(\.username)).count == LoginCase.all.count)
    #expect(Set(LoginCase.all.map(\.way)) == Set(LoginCase.Way.allCases))
    #expect(Set(LoginCase.all.map(\.factor)) == Set(LoginCase.Factor.allCases))
  }

  @Test("in each cell somebody signs in, is refreshed once, and signed out")
  func cells() async throws {
    let pool = try await LocalPool(pools: MatrixSeed.pools)
    let network = try HTTPTransport(eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
    await withTaskGroup(of: Void.self) { group in
      for (index, cell) in LoginCase.chosen.enumerated() {
        if index >= 4 { await group.next() }
        group.addTask {
          do {
            try await MatrixCell(cell, pool, network).run()
          } catch let failure as ProviderFailure {
            Issue.record("\(cell.testDescription): \(failure.problem.detail)")
          } catch {
            Issue.record("\(cell.testDescription): \(error)")
          }
        }
      }
    }
    await network.shutdown()
    await pool.stop()
  }
}
