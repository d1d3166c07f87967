internal import COpenSSL
public import SessionModel

/// A non-negative whole number of any size (OpenSSL BIGNUM), overwritten when it goes.
///
/// `modularPower` takes the time that the modulus sets, whatever the exponent.
public struct BigNumber: ~Copyable {
  let pointer: OpaquePointer

  /// Zero.
  private init() throws(DigestError) {
    guard let pointer = BN_new() else { throw DigestError("BN_new") }
    self.pointer = pointer
  }

  /// The number with that big-endian notation; none is zero.
  public init(bigEndian bytes: Secret) throws(DigestError) {
    let made = bytes.withRevealedBytes {
      BN_bin2bn($0.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32($0.count), nil)
    }
    guard let made else { throw DigestError("BN_bin2bn") }
    pointer = made
  }

  deinit { BN_clear_free(pointer) }

  /// Whether this is zero.
  public var isZero: Bool { BN_is_zero(pointer) == 1 }

  /// The shortest big-endian notation; zero has none.
  public func bigEndian() -> Secret {
    let count = Int((BN_num_bits(pointer) + 7) / 8)
    return Secret(count: count) { _ = BN_bn2bin(pointer, $0.baseAddress?.assumingMemoryBound(to: UInt8.self)) }
  }

  /// This number modulo `modulus`, 0 up to the modulus.
  public func modulo(_ modulus: borrowing BigNumber) throws(DigestError) -> BigNumber {
    let modulus = modulus.pointer
    return try BigNumber.computed("BN_nnmod") { BN_nnmod($0, pointer, modulus, $1) }
  }

  /// This number plus `other`.
  public func adding(_ other: borrowing BigNumber) throws(DigestError) -> BigNumber {
    let other = other.pointer
    return try BigNumber.computed("BN_add") { result, _ in BN_add(result, pointer, other) }
  }

  /// This number times `other`.
  public func multiplied(by other: borrowing BigNumber) throws(DigestError) -> BigNumber {
    let other = other.pointer
    return try BigNumber.computed("BN_mul") { BN_mul($0, pointer, other, $1) }
  }

  /// This number times `other`, modulo `modulus`.
  public func multiplied(
    by other: borrowing BigNumber, modulo modulus: borrowing BigNumber
  ) throws(DigestError) -> BigNumber {
    let (other, modulus) = (other.pointer, modulus.pointer)
    return try BigNumber.computed("BN_mod_mul") { BN_mod_mul($0, pointer, other, modulus, $1) }
  }

  /// This number less `other`, modulo `modulus`: never negative.
  public func subtracting(
    _ other: borrowing BigNumber, modulo modulus: borrowing BigNumber
  ) throws(DigestError) -> BigNumber {
    let (other, modulus) = (other.pointer, modulus.pointer)
    return try BigNumber.computed("BN_mod_sub") { BN_mod_sub($0, pointer, other, modulus, $1) }
  }

  /// This number to the power of a secret exponent, modulo an odd `modulus`, in constant time.
  public func modularPower(
    _ exponent: borrowing BigNumber, modulo modulus: borrowing BigNumber
  ) throws(DigestError) -> BigNumber {
    let (exponent, modulus) = (exponent.pointer, modulus.pointer)
    BN_set_flags(exponent, BN_FLG_CONSTTIME)
    return try BigNumber.computed("BN_mod_exp_mont_consttime") {
      BN_mod_exp_mont_consttime($0, pointer, exponent, modulus, $1, nil)
    }
  }

  /// A number that one of OpenSSL's functions makes; its name is for the error.
  private static func computed(
    _ function: String, _ compute: (_ result: OpaquePointer, _ context: OpaquePointer) -> Int32
  ) throws(DigestError) -> BigNumber {
    let result = try BigNumber()
    let context = try Context()
    guard compute(result.pointer, context.pointer) == 1 else { throw DigestError(function) }
    return result
  }

  /// OpenSSL's scratch numbers; they are overwritten as they are freed.
  private struct Context: ~Copyable {
    let pointer: OpaquePointer

    init() throws(DigestError) {
      guard let pointer = BN_CTX_new() else { throw DigestError("BN_CTX_new") }
      self.pointer = pointer
    }

    deinit { BN_CTX_free(pointer) }
  }
}
