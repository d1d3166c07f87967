internal import Synchronization

/// Keeps a store's counter in the keyring, out of everybody's way: nobody waits for it, one call is made at a time, and
/// of what comes meanwhile only the newest counts. What does not get there, or would ask a person, is left.
final class SecretServiceWitness: Sendable {
  private let address: String
  private let deadline: Int
  private let state = Mutex(State())

  private enum Order {
    case record(counter: Int64, storeID: String)
    case forget(storeID: String)
  }

  private struct State {
    var next: Order?
    /// What is being done; nil where nothing is.
    var work: Task<Void, Never>?
  }

  init(address: String, deadline: Int) {
    self.address = address
    self.deadline = deadline
  }

  func record(counter: Int64, of storeID: String) { put(.record(counter: counter, storeID: storeID)) }

  func forget(_ storeID: String) { put(.forget(storeID: storeID)) }

  private func put(_ order: Order) {
    state.withLock { state in
      state.next = order
      if state.work == nil { state.work = Task { await work() } }
    }
  }

  /// Returns when all that was to be kept is, or is given up.
  func settle() async { await state.withLock { $0.work }?.value }

  private func work() async {
    while let order = next() {
      let (address, deadline) = (address, deadline)
      await BoundedCall.run(milliseconds: deadline, late: ()) { cancellation in
        do throws(KeySourceError) {
          let connection = try SecretServiceConnection(
            address: address, deadline: deadline, cancellation, asksNobody: true)
          switch order {
          case .record(let counter, let storeID): try connection.record(counter: counter, of: storeID)
          case .forget(let storeID): try connection.forgetCounter(of: storeID)
          }
        } catch {
          // Best effort: a keyring that is gone, hangs or is locked hears of it the next time.
        }
      }
    }
  }

  /// What is to be done; nil where nothing is, and then the work ends.
  private func next() -> Order? {
    state.withLock { state in
      defer { state.next = nil }
      if state.next == nil { state.work = nil }
      return state.next
    }
  }
}
