import SessionModel
import SessionStore
import Synchronization

/// A source with one key for whoever asks, that can be made to answer later.
final class FixedSource: KeySource {
  let name: KeySourceName
  private let state: Mutex<State>

  private struct State {
    var key = Secret(copying: SystemRandom().bytes(32))
    var isHeld = false
    var asked = 0
    var held: [CheckedContinuation<Void, Never>] = []
    var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
  }

  init(_ name: KeySourceName) {
    self.name = name
    state = Mutex(State())
  }

  func asks(_ parameters: [UInt8]) -> SlotSecret? { name == .passphrase ? .passphrase : nil }

  func wrappingKey(for request: KeyRequest) async throws(KeySourceError) -> WrappingKey {
    let watchers = state.withLock { state in
      state.asked += 1
      let (reached, rest) = (
        state.watchers.filter { $0.count <= state.asked }, state.watchers.filter { $0.count > state.asked }
      )
      state.watchers = rest
      return reached.map(\.continuation)
    }
    for watcher in watchers { watcher.resume() }
    await withCheckedContinuation { continuation in
      let mayGoOn = state.withLock { state in
        if state.isHeld { state.held.append(continuation) }
        return !state.isHeld
      }
      if mayGoOn { continuation.resume() }
    }
    return WrappingKey(key: state.withLock { $0.key })
  }

  /// From now on questions wait.
  func hold() { state.withLock { $0.isHeld = true } }

  /// Lets them go on.
  func release() {
    let held = state.withLock { state in
      state.isHeld = false
      defer { state.held = [] }
      return state.held
    }
    for continuation in held { continuation.resume() }
  }

  /// Returns once it was asked so often.
  func waitUntilAsked(times count: Int) async {
    await withCheckedContinuation { continuation in
      let isReached = state.withLock { state in
        if state.asked < count { state.watchers.append((count, continuation)) }
        return state.asked >= count
      }
      if isReached { continuation.resume() }
    }
  }

  /// Another key from now on.
  func changeKey() { state.withLock { $0.key = Secret(copying: SystemRandom().bytes(32)) } }
}
