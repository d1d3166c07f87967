import Foundation

/// A JSON value with the kinds kept apart, so that a number is never taken for a string or a boolean.
enum JSON: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([String: JSON])

  init(parsing bytes: [UInt8]) throws {
    self = try JSONDecoder().decode(JSON.self, from: Data(bytes))
  }

  /// Compact, with sorted members, so that equal values give equal bytes.
  func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return [UInt8](try encoder.encode(self))
  }

  func encodedText() throws -> String { String(decoding: try encoded(), as: UTF8.self) }

  var asString: String? { if case .string(let value) = self { value } else { nil } }
  var asObject: [String: JSON]? { if case .object(let value) = self { value } else { nil } }
  var asArray: [JSON]? { if case .array(let value) = self { value } else { nil } }
  var asInteger: Int? { if case .integer(let value) = self { value } else { nil } }
  var isNumber: Bool {
    switch self {
    case .integer, .number: true
    case .null, .bool, .string, .array, .object: false
    }
  }
  var asBool: Bool? { if case .bool(let value) = self { value } else { nil } }

  /// A member of an object; nil for anything else.
  subscript(_ member: String) -> JSON? { asObject?[member] }

  /// The texts of an array.
  var strings: [String]? { asArray?.compactMap(\.asString) }

  static func strings(_ values: [String]) -> JSON { .array(values.map(JSON.string)) }
  static func strings(_ values: [String: String]) -> JSON { .object(values.mapValues(JSON.string)) }
}

extension JSON: Codable {
  init(from decoder: any Decoder) throws {
    // The common kinds first: each wrong guess costs an error.
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([String: JSON].self) {
      self = .object(value)
    } else if let value = try? container.decode([JSON].self) {
      self = .array(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if container.decodeNil() {
      self = .null
    } else {
      self = .number(try container.decode(Double.self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }
}

extension JSON {
  /// The JSON form of a value of ours.
  init(encoding value: some Encodable) throws { self = try JSON(parsing: [UInt8](JSONEncoder().encode(value))) }

  /// The value of ours that this is the form of.
  func decoded<T: Decodable>() throws -> T { try JSONDecoder().decode(T.self, from: Data(try encoded())) }
}
