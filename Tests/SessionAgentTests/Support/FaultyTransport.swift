import AuthFlows
import NIOCore
import SessionModel
import Synchronization

/// The real network with a test in between: it counts the requests of each operation, and holds or fails those that
/// it is told to.
final class FaultyTransport: ProviderTransport {
  /// What happens to requests of an operation.
  enum Fault: Sendable {
    /// The request is not sent.
    case fail(TransportError)
    /// The request is sent once the gate opens.
    case holdBefore(Gate)
    /// No connection comes about; that is given up once the gate opens.
    case hang(Gate)
    /// The provider answers; its answer comes once the gate opens.
    case holdAfter(Gate)
    /// The provider acts; its answer is lost.
    case loseAnswer
    /// Another answer in the place of the provider's.
    case answer(status: Int, contentType: String, body: String)
  }

  private let real: any ProviderTransport
  private let faults = Mutex<[String: Fault]>([:])
  private let gates = Mutex<[Gate]>([])
  private let seen = Mutex<[(operation: String, url: String)]>([])

  init(_ real: any ProviderTransport) { self.real = real }

  /// Nil takes the fault away.
  func set(_ fault: Fault?, for operation: String) {
    switch fault {
    case .holdBefore(let gate), .holdAfter(let gate), .hang(let gate): gates.withLock { $0.append(gate) }
    case nil, .fail, .loseAnswer, .answer: break
    }
    faults.withLock { $0[operation] = fault }
  }

  /// Nothing is held any more.
  func release() { for gate in gates.withLock({ $0 }) { gate.open() } }

  /// Every operation fails as without network.
  func unplug() { set(.fail(.connect(host: "pool")), for: "*") }
  func plugIn() { set(nil, for: "*") }

  func count(_ operation: String) -> Int { seen.withLock { all in all.count { $0.operation == operation } } }
  var total: Int { seen.withLock { $0.count } }
  var urls: Set<String> { seen.withLock { Set($0.map(\.url)) } }

  func send(_ request: ProviderRequest) async throws(TransportError) -> ProviderResponse {
    let target = request.headers.first { $0.0 == "X-Amz-Target" }?.1
    let operation = target?.split(separator: ".").last.map(String.init) ?? request.method.rawValue
    seen.withLock { $0.append((operation, request.url)) }
    switch faults.withLock({ $0[operation] ?? $0["*"] }) {
    case nil: return try await real.send(request)
    case .fail(let error): throw error
    case .holdBefore(let gate):
      await gate.pass()
      return try await real.send(request)
    case .hang(let gate):
      await gate.pass()
      throw .connect(host: "pool")
    case .holdAfter(let gate):
      let response = try await real.send(request)
      await gate.pass()
      return response
    case .loseAnswer:
      _ = try await real.send(request)
      throw .connectionClosed(host: "pool", afterSending: true)
    case .answer(let status, let contentType, let body):
      return ProviderResponse(
        status: status, headers: [("Content-Type", contentType)], body: Secret(copyingUTF8: body))
    }
  }
}

/// Holds whoever comes until it is opened.
final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var arrived = 0
    var waiting: [CheckedContinuation<Void, Never>] = []
  }
  private let state = Mutex(State())

  /// How many have come.
  var arrived: Int { state.withLock { $0.arrived } }

  func open() {
    let waiting = state.withLock { state in
      defer { state.waiting = [] }
      state.isOpen = true
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  func pass() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        state.arrived += 1
        if !state.isOpen { state.waiting.append(continuation) }
        return state.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }
}
