import Foundation
import Testing

@testable import CognitoPool

/// The vectors in Tests/Fixtures, which every target that speaks the protocol is held to.
struct Vectors {
  let root: [String: JSON]

  init(file: String = #filePath) throws {
    let tests = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: tests.appendingPathComponent("Fixtures/srp-vectors.json"))
    root = try #require(try JSON(parsing: [UInt8](data)).asObject)
  }

  /// The entries of one section, whose number is part of the promise that none is skipped.
  func section(_ name: String, count: Int) throws -> [Vector] {
    let entries = try #require(root[name]?.asArray)
    #expect(entries.count == count)
    return entries.map { Vector(members: $0.asObject ?? [:]) }
  }
}

struct Vector {
  let members: [String: JSON]

  func text(_ name: String) throws -> String {
    let value = members[name]?.asString
    return try #require(value, "\(name)")
  }
  func base64(_ name: String) throws -> [UInt8] {
    let value = Base64.decode(try text(name))
    return try #require(value, "\(name)")
  }
  func bigNumber(_ name: String) throws -> BigNumber {
    let value = try BigNumber(hex: try text(name))
    return try #require(value, "\(name)")
  }
  func number(_ name: String) throws -> Int { try #require(members[name]?.asInteger) }
  func object(_ name: String) throws -> Vector { Vector(members: try #require(members[name]?.asObject)) }
}

/// Bytes of an even number of hexadecimal digits.
func bytes(hex: String) throws -> [UInt8] {
  let digits = try hex.map { try #require($0.hexDigitValue) }
  return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// The same, after a 0 where the number of digits is odd.
func bytes(number hex: String) throws -> [UInt8] { try bytes(hex: hex.count % 2 == 0 ? hex : "0" + hex) }
