import Foundation

/// The form of the AWS Query protocol: `Action`, `Version`, and members whose names are paths.
struct QueryForm {
  let action: String
  private let fields: [String: String]

  init(_ body: [UInt8]) {
    var fields: [String: String] = [:]
    for pair in String(decoding: body, as: UTF8.self).split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let texts = parts.map { $0.replacingOccurrences(of: "+", with: " ").removingPercentEncoding ?? "" }
      fields[texts[0]] = texts.count > 1 ? texts[1] : ""
    }
    action = fields.removeValue(forKey: "Action") ?? ""
    fields["Version"] = nil
    self.fields = fields
  }

  /// The members with the types that the model gives them; what it does not know stays text and is refused later.
  func members(_ shape: String?, of model: ServiceModel) throws -> JSON {
    .object(try structure(fields, shape.flatMap { model.shapes[$0] }, model))
  }

  private func structure(_ fields: [String: String], _ shape: Shape?, _ model: ServiceModel) throws -> [String: JSON] {
    var known: [String: String] = [:]
    if case .structure(let members, _)? = shape?.kind { known = members }
    var result: [String: JSON] = [:]
    for (name, rest) in Self.grouped(fields) {
      result[name] = try value(name, rest, known[name].flatMap { model.shapes[$0] }, model)
    }
    return result
  }

  private func value(_ name: String, _ fields: [String: String], _ shape: Shape?, _ model: ServiceModel) throws -> JSON
  {
    let text = fields[""] ?? ""
    switch shape?.kind {
    case .integer?:
      guard let number = Int(text) else {
        throw ServiceError(name: "MalformedInput", message: "\(name) must be a whole number")
      }
      return .integer(number)
    case .structure?: return .object(try structure(fields, shape, model))
    case .list(let member)?:
      let items = Self.grouped(Self.grouped(fields)["member"] ?? [:])
      let order = items.sorted { (Int($0.key) ?? 0) < (Int($1.key) ?? 0) }
      return .array(try order.map { try value(name, $0.value, model.shapes[member], model) })
    case .string?, .boolean?, .timestamp?, .map?, .document?, .blob?, nil: return .string(text)
    }
  }

  /// `A.b.c` under `A` as `b.c`, `A` itself under `A` as an empty name.
  private static func grouped(_ fields: [String: String]) -> [String: [String: String]] {
    var groups: [String: [String: String]] = [:]
    for (path, value) in fields {
      let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
      groups[parts.first ?? "", default: [:]][parts.count > 1 ? parts[1] : ""] = value
    }
    return groups
  }
}
