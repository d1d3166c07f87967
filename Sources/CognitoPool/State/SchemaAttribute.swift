/// One attribute that users of a pool can have (`SchemaAttributeType`).
struct SchemaAttribute: Codable, Sendable, Equatable {
  enum DataType: String, Codable, Sendable {
    case string = "String"
    case number = "Number"
    case dateTime = "DateTime"
    case boolean = "Boolean"
  }

  let name: String
  var type = DataType.string
  var isMutable = true
  var isRequired = false
  /// Of a string's length or a number's value.
  var minimum: Int?
  var maximum: Int?

  var isCustom: Bool { name.hasPrefix("custom:") }

  /// What every pool has (Developer Guide, "Working with user attributes").
  static let standard: [SchemaAttribute] =
    [
      "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture",
      "website", "email", "gender", "zoneinfo", "locale", "phone_number", "address",
    ].map { SchemaAttribute(name: $0, minimum: 0, maximum: 2048) } + [
      SchemaAttribute(name: "sub", isMutable: false, isRequired: true, minimum: 1, maximum: 2048),
      SchemaAttribute(name: "birthdate", minimum: 10, maximum: 10),
      SchemaAttribute(name: "email_verified", type: .boolean),
      SchemaAttribute(name: "phone_number_verified", type: .boolean),
      SchemaAttribute(name: "updated_at", type: .number, minimum: 0),
    ]

  /// A truth value as AWS reads it: administrators write `True` as well, and see what they wrote.
  static func isTrue(_ value: String) -> Bool { value.lowercased() == "true" }

  /// Why a value is none for this attribute; a blank one takes it away.
  func problem(_ value: String) -> String? {
    if value.isEmpty { return nil }
    switch type {
    case .string:
      let length = value.utf16.count
      if let minimum, length < minimum { return "String must be longer than \(minimum) characters" }
      if let maximum, length > maximum { return "String must be shorter than \(maximum) characters" }
    case .number:
      guard let number = Double(value) else { return "Attribute value must be a number." }
      if let minimum, number < Double(minimum) { return "Number must be at least \(minimum)" }
      if let maximum, number > Double(maximum) { return "Number must be at most \(maximum)" }
    case .boolean:
      if !["true", "false"].contains(value.lowercased()) { return "Attribute value must be true or false." }
    case .dateTime: break
    }
    return nil
  }

  var json: JSON {
    var members: [String: JSON] = [
      "Name": .string(name), "AttributeDataType": .string(type.rawValue), "Mutable": .bool(isMutable),
      "Required": .bool(isRequired), "DeveloperOnlyAttribute": .bool(false),
    ]
    let bounds = { (low: String, high: String) -> JSON in
      var bounds: [String: String] = [:]
      bounds[low] = minimum.map(String.init)
      bounds[high] = maximum.map(String.init)
      return .strings(bounds)
    }
    switch type {
    case .string: members["StringAttributeConstraints"] = bounds("MinLength", "MaxLength")
    case .number: members["NumberAttributeConstraints"] = bounds("MinValue", "MaxValue")
    case .dateTime, .boolean: break
    }
    return .object(members)
  }
}

extension SchemaAttribute {
  /// As CreateUserPool or AddCustomAttributes describe it.
  init(_ json: JSON) throws(ServiceError) {
    let given = json["Name"]?.asString ?? ""
    let standard = Self.standard.first { $0.name == given }
    guard json["DeveloperOnlyAttribute"]?.asBool != true else {
      throw .invalidParameter("This local pool has no developer-only attributes: use ReadAttributes of the client.")
    }
    self = standard ?? SchemaAttribute(name: "custom:\(given)")
    type = json["AttributeDataType"]?.asString.flatMap(DataType.init) ?? type
    isMutable = json["Mutable"]?.asBool ?? isMutable
    isRequired = json["Required"]?.asBool ?? isRequired
    if let standard, standard.type != type {
      throw .invalidParameter(
        "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute \(given)")
    }
    if standard == nil, isRequired {
      throw .invalidParameter("Required custom attributes are not supported currently.")
    }
    minimum = try Self.bound(json, "MinLength", "MinValue") ?? minimum
    maximum = try Self.bound(json, "MaxLength", "MaxValue") ?? maximum
  }

  private static func bound(_ json: JSON, _ length: String, _ value: String) throws(ServiceError) -> Int? {
    let texts = [json["StringAttributeConstraints"]?[length], json["NumberAttributeConstraints"]?[value]]
    guard let text = texts.compactMap({ $0?.asString }).first else { return nil }
    guard let number = Int(text) else { throw .invalidParameter("\(text) is not a valid number for a constraint.") }
    return number
  }
}
