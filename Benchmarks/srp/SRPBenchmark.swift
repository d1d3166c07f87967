import AuthFlows
import SessionCrypto
import SessionModel

/// What the proof of a password by SRP costs: as a ratio to the three modular exponentiations that it needs, measured
/// by turns in the same run; and whether an exponentiation's time tells how many bits of its exponent are set.
@main
struct SRPBenchmark {
  private static let rounds = 60

  static func main() throws {
    let proof = try Proof()
    let sparse = Secret(copying: [0x80] + [UInt8](repeating: 0, count: 63))
    let dense = Secret(copying: [UInt8](repeating: 0xFF, count: 64))
    let medians = try byTurns([
      { try proof.run() }, { try proof.exponentiations() }, { try Proof.power(sparse) }, { try Proof.power(dense) },
    ])
    print("\nSRP, 3072 bits                          median            ratio")
    row("a proof of the password", medians[0], to: medians[1], "÷ its exponentiations")
    row("its three exponentiations alone", medians[1], to: medians[1], "")
    row("exponent of 512 bits, one set", medians[2], to: medians[3], "÷ all set")
    row("exponent of 512 bits, all set", medians[3], to: medians[3], "")
  }

  /// The medians in microseconds of works that take turns, so that a busy moment of the machine meets all of them.
  private static func byTurns(_ works: [() throws -> Void]) throws -> [Int] {
    let clock = ContinuousClock()
    var times = works.map { _ in [Int]() }
    for _ in 0..<rounds {
      for (index, work) in works.enumerated() {
        let spent = try clock.measure(work)
        times[index].append(Int(spent.components.attoseconds / 1_000_000_000_000))
      }
    }
    return times.map { $0.sorted()[rounds / 2] }
  }

  private static func row(_ name: String, _ time: Int, to other: Int, _ what: String) {
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(1, width - text.count))
    }
    let hundredths = time * 100 / max(other, 1)
    let ratio = "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    let milliseconds = "\(time / 1000).\(time % 1000 / 100)\(time % 100 / 10) ms"
    print("\(padded(name, 40))\(padded(milliseconds, 18))\(ratio) \(what)")
  }
}

/// One exchange with a server that is there in name only.
private struct Proof {
  private let a = Secret(copying: [UInt8](repeating: 0xA5, count: 32))
  private let x = Secret(copying: [UInt8](repeating: 0x5A, count: 32))
  private let sum = Secret(copying: [UInt8](repeating: 0x3C, count: 64))
  private let parameters: [String: String]

  init() throws {
    let server = try Proof.generatorPower(Secret(copying: [UInt8](repeating: 0x77, count: 32)))
    let digits = server.withRevealedBytes { $0.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
    parameters = [
      "SRP_B": digits, "SALT": "76d3251a7ea26a5501babc33bd12188", "SECRET_BLOCK": String(repeating: "QUJD", count: 400),
    ]
  }

  /// All that a sign-in computes: A, the key, the claim.
  func run() throws {
    let exchange = SRPExchange(
      realm: "AbCdEfGhI", identity: "a1b2c3d4-5678-90ab-cdef-0123456789ab", keys: try SRPKeyPair(secret: a))
    _ = try exchange.claim(
      password: Secret(copyingUTF8: "Passw0rd!"), challenge: SRPChallenge(parameters: parameters),
      timestamp: "Thu Nov 5 07:04:09 UTC 2026")
  }

  /// The least that it can't do without: g^a, g^x, and a power with the exponent a + u·x.
  func exponentiations() throws {
    _ = try Proof.generatorPower(a)
    _ = try Proof.generatorPower(x)
    try Proof.power(sum)
  }

  private static func generatorPower(_ exponent: Secret) throws -> Secret {
    try SRPGroup.generator().modularPower(BigNumber(bigEndian: exponent), modulo: SRPGroup.modulus()).bigEndian()
  }

  /// A number of the group's size to that power.
  static func power(_ exponent: Secret) throws {
    let base = try BigNumber(bigEndian: Secret(copying: [UInt8](repeating: 0x69, count: 384)))
    _ = try base.modularPower(BigNumber(bigEndian: exponent), modulo: SRPGroup.modulus())
  }
}
