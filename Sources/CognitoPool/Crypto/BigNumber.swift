import COpenSSL

/// OpenSSL refused a call that only lack of memory or a programming mistake makes fail.
struct CryptoFailure: Error, CustomStringConvertible {
  let call: String
  var description: String { "OpenSSL's \(call) failed" }
}

/// A non-negative integer of OpenSSL's; cleared when it goes.
final class BigNumber {
  let pointer: OpaquePointer

  init() throws(CryptoFailure) {
    guard let pointer = BN_new() else { throw CryptoFailure(call: "BN_new") }
    self.pointer = pointer
  }

  deinit { BN_clear_free(pointer) }

  convenience init(bytes: [UInt8]) throws(CryptoFailure) {
    try self.init()
    guard BN_bin2bn(bytes, Int32(bytes.count), pointer) != nil else { throw CryptoFailure(call: "BN_bin2bn") }
  }

  /// Nil unless `hex` is one or more hexadecimal digits.
  convenience init?(hex: String) throws(CryptoFailure) {
    guard !hex.isEmpty, hex.utf8.allSatisfy({ BigNumber.isHexDigit($0) }) else { return nil }
    try self.init()
    var target: OpaquePointer? = pointer
    guard BN_hex2bn(&target, hex) == Int32(hex.utf8.count) else { throw CryptoFailure(call: "BN_hex2bn") }
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }

  var isZero: Bool { BN_is_zero(pointer) != 0 }

  /// Big-endian, without leading zero bytes.
  var bytes: [UInt8] {
    var out = [UInt8](repeating: 0, count: (Int(BN_num_bits(pointer)) + 7) / 8)
    BN_bn2bin(pointer, &out)
    return out
  }

  /// Minimal big-endian two's complement: a zero byte before a set top bit, and one byte for zero.
  var signedBytes: [UInt8] {
    let bytes = self.bytes
    guard let first = bytes.first else { return [0] }
    return first & 0x80 == 0 ? bytes : [0] + bytes
  }

  /// Minimal lower-case hexadecimal.
  var hex: String {
    let text = Hex.encode(bytes)
    if text.isEmpty { return "0" }
    return text.hasPrefix("0") ? String(text.dropFirst()) : text
  }
}

/// Arithmetic modulo one odd number, exponents in constant time.
struct Modulus {
  let number: BigNumber
  private let context: Context

  private final class Context {
    let scratch: OpaquePointer
    let montgomery: OpaquePointer
    init(_ modulus: BigNumber) throws(CryptoFailure) {
      guard let scratch = BN_CTX_new() else { throw CryptoFailure(call: "BN_CTX_new") }
      guard let montgomery = BN_MONT_CTX_new() else {
        BN_CTX_free(scratch)
        throw CryptoFailure(call: "BN_MONT_CTX_new")
      }
      self.scratch = scratch
      self.montgomery = montgomery
      guard BN_MONT_CTX_set(montgomery, modulus.pointer, scratch) == 1 else {
        throw CryptoFailure(call: "BN_MONT_CTX_set")
      }
    }
    deinit {
      BN_MONT_CTX_free(montgomery)
      BN_CTX_free(scratch)
    }
  }

  init(_ number: BigNumber) throws(CryptoFailure) {
    self.number = number
    context = try Context(number)
  }

  func reduce(_ value: BigNumber) throws(CryptoFailure) -> BigNumber {
    let result = try BigNumber()
    guard BN_nnmod(result.pointer, value.pointer, number.pointer, context.scratch) == 1 else {
      throw CryptoFailure(call: "BN_nnmod")
    }
    return result
  }

  func add(_ left: BigNumber, _ right: BigNumber) throws(CryptoFailure) -> BigNumber {
    let result = try BigNumber()
    guard BN_mod_add(result.pointer, left.pointer, right.pointer, number.pointer, context.scratch) == 1 else {
      throw CryptoFailure(call: "BN_mod_add")
    }
    return result
  }

  func multiply(_ left: BigNumber, _ right: BigNumber) throws(CryptoFailure) -> BigNumber {
    let result = try BigNumber()
    guard BN_mod_mul(result.pointer, left.pointer, right.pointer, number.pointer, context.scratch) == 1 else {
      throw CryptoFailure(call: "BN_mod_mul")
    }
    return result
  }

  func power(_ base: BigNumber, _ exponent: BigNumber) throws(CryptoFailure) -> BigNumber {
    let result = try BigNumber()
    BN_set_flags(exponent.pointer, BN_FLG_CONSTTIME)
    guard
      BN_mod_exp_mont_consttime(
        result.pointer, base.pointer, exponent.pointer, number.pointer, context.scratch, context.montgomery) == 1
    else { throw CryptoFailure(call: "BN_mod_exp_mont_consttime") }
    return result
  }
}
