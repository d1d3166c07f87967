internal import COpenSSL
public import SessionModel

/// scrypt (RFC 7914) over OpenSSL.
public enum Scrypt {
  /// The cost parameters, held to bounds: a file cannot ask for less work than we would do, nor for more memory than
  /// a machine has.
  public struct Parameters: Hashable, Sendable {
    /// log2 of the cost N.
    public let logN: Int
    /// The cost N.
    public var n: UInt64 { 1 << UInt64(logN) }
    /// The block size r.
    public let r: UInt64 = 8
    /// The parallelisation p.
    public let p: UInt64 = 1

    /// What new slots are made with: N = 2^17, 128 MiB.
    public static let standard = Parameters(unchecked: 17)

    private init(unchecked logN: Int) { self.logN = logN }

    /// Nil outside N = 2^15…2^20, r = 8, p = 1.
    public init?(n: Int64, r: Int64, p: Int64) {
      guard (1 << 15...1 << 20).contains(n), n & (n - 1) == 0, r == 8, p == 1 else { return nil }
      logN = n.trailingZeroBitCount
    }
  }

  /// OpenSSL refused, most likely for want of memory.
  public struct Failure: Error, Hashable, Sendable {
    /// How much memory the derivation needs, in bytes.
    public let neededBytes: UInt64
  }

  /// Derives `count` bytes. Takes a good part of a second and 128·N·r bytes: never on a thread that others need.
  public static func derive(
    _ passphrase: Secret, salt: [UInt8], parameters: Parameters, count: Int = 32
  ) throws(Failure) -> Secret {
    let needed = 128 * parameters.r * (parameters.n + parameters.p + 2)
    do {
      return try passphrase.withRevealedBytes { password in
        try Secret(count: count) { output in
          // An empty passphrase still needs an address: OpenSSL reads a nil one as "check the parameters only".
          let derived = withUnsafePointer(to: 0 as CChar) { empty in
            EVP_PBE_scrypt(
              password.baseAddress?.assumingMemoryBound(to: CChar.self) ?? empty, password.count, salt, salt.count,
              parameters.n, parameters.r, parameters.p, needed + (1 << 20),
              output.baseAddress?.assumingMemoryBound(to: UInt8.self), output.count)
          }
          guard derived == 1 else { throw Failure(neededBytes: needed) }
        }
      }
    } catch {
      throw Failure(neededBytes: needed)
    }
  }
}
