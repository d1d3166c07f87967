internal import COpenSSL

/// A primitive of OpenSSL that did not do its work: out of memory, or a library without the algorithm.
public struct DigestError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The OpenSSL function that failed.
  public let function: String
  /// What OpenSSL says of it.
  public let reason: String

  /// The failure of that function, with the newest entry of this thread's error queue.
  init(_ function: String) {
    self.function = function
    let code = ERR_peek_last_error()
    ERR_clear_error()
    reason = ERR_reason_error_string(code).map { String(cString: $0) } ?? "no reason given"
  }

  /// The error in a sentence.
  public var description: String { "OpenSSL's \(function) failed: \(reason)." }
}
