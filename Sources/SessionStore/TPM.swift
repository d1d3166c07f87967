internal import CTPM
internal import Dispatch
internal import SessionModel

/// The machine's TPM: each piece of work on a thread of its own, answered within a deadline whatever the TPM does.
struct TPM {
  /// Where it is, in words of tpm2-tss.
  let tcti: String
  let deadlineMilliseconds: Int
  /// Whose turn it is: one piece of work at a time. A thread that a dead TPM holds keeps it, and so stays the only one.
  private let turn = DispatchSemaphore(value: 1)

  /// Where it is unless the settings say otherwise: never what tpm2-tss would try by itself, which at the end is whatever
  /// listens on a local TCP port.
  static let resourceManager = "device:/dev/tpmrm0"

  init(tcti: String, deadlineMilliseconds: Int) {
    self.tcti = tcti.isEmpty ? Self.resourceManager : tcti
    self.deadlineMilliseconds = deadlineMilliseconds
  }

  /// Seals a secret; what is to be kept of it.
  func seal(_ secret: Secret, pin: Secret?) async throws(KeySourceError) -> [UInt8] {
    try await work { tcti in
      var kept = [UInt8](repeating: 0, count: CTPM_KEPT_MAX)
      var length = 0
      let answer = secret.withRevealedBytes { secret in
        Self.lend(pin) { pin in
          ctpm_seal(tcti, secret.baseAddress, secret.count, pin.baseAddress, pin.count, &kept, &length)
        }
      }
      return (answer, Array(kept.prefix(length)))
    }
  }

  /// The secret again.
  func unseal(_ kept: [UInt8], pin: Secret?) async throws(KeySourceError) -> Secret {
    try await work { tcti in
      var (answer, length) = (ctpm_answer(), 0)
      let room = Secret(count: CTPM_SECRET_MAX) { room in
        answer = Self.lend(pin) { pin in
          ctpm_unseal(tcti, kept, kept.count, pin.baseAddress, pin.count, room.baseAddress, &length)
        }
      }
      return (answer, room.withRevealedBytes { Secret(copying: UnsafeRawBufferPointer(rebasing: $0.prefix(length))) })
    }
  }

  /// Whether it is the TPM that sealed this; throws where not.
  func check(_ kept: [UInt8]) async throws(KeySourceError) {
    try await work { tcti in (ctpm_check(tcti, kept, kept.count), ()) }
  }

  private static func lend(_ pin: Secret?, _ body: (UnsafeRawBufferPointer) -> ctpm_answer) -> ctpm_answer {
    pin?.withRevealedBytes(body) ?? body(UnsafeRawBufferPointer(start: nil, count: 0))
  }

  private func work<Result: Sendable>(
    _ body: @escaping @Sendable (UnsafePointer<CChar>) -> (ctpm_answer, Result)
  ) async throws(KeySourceError) -> Result {
    let tpm = self
    let late = Swift.Result<Result, KeySourceError>.failure(tpm.late)
    return try await BoundedCall.run(milliseconds: deadlineMilliseconds, late: late) { _ in
      guard tpm.turn.wait(timeout: .now() + .milliseconds(tpm.deadlineMilliseconds)) == .success else { return late }
      defer { tpm.turn.signal() }
      let (answer, result) = tpm.tcti.withCString(body)
      return tpm.failure(answer).map { .failure($0) } ?? .success(result)
    }.get()
  }
}
