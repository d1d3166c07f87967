internal import CSystemCalls
internal import SessionModel

/// A key for as long as the store is open, in memory of its own: where the kernel has it (memfd_secret) not even root
/// reads it from outside; else it is kept from swap and core files. What uses it takes a copy for the time of the call.
final class LockedKey: Sendable {
  /// Written by `init` and `deinit` only.
  private let address: UInt
  private let count: Int

  /// Nil where the process gets no such memory.
  init?(_ key: Secret) {
    guard let memory = csystem_locked_memory(key.count) else { return nil }
    key.withRevealedBytes { bytes in
      if let base = bytes.baseAddress { memory.copyMemory(from: base, byteCount: bytes.count) }
    }
    address = UInt(bitPattern: memory)
    count = key.count
  }

  deinit { csystem_free_locked_memory(UnsafeMutableRawPointer(bitPattern: address), count) }

  /// A copy, wiped when it goes.
  func revealCopy() -> Secret {
    Secret(copying: UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: count))
  }
}
