public import SessionModel
public import WireJSON

extension CodeDelivery {
  /// Reads it from JSON.
  init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    self.init(
      medium: try fields.string("medium"), destination: try fields.string("destination"),
      attribute: try fields.optionalString("attribute"))
  }

  /// It as JSON.
  var json: JSONValue {
    ["medium": .string(medium), "destination": .string(destination), "attribute": .optional(attribute)]
  }
}

/// Where a code was sent.
public struct DeliveryDocument: WireDocument {
  /// Where; nil where the pool did not say.
  public var delivery: CodeDelivery?

  /// An answer.
  public init(delivery: CodeDelivery?) { self.delivery = delivery }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    delivery = try JSONFields(json).value("delivery").map { try CodeDelivery(json: $0) }
  }

  /// It as JSON.
  public var json: JSONValue { ["delivery": delivery?.json ?? .null] }
}

/// Where the codes were sent that verify changed attributes.
public struct DeliveriesDocument: WireDocument {
  /// Where.
  public var deliveries: [CodeDelivery]

  /// An answer.
  public init(deliveries: [CodeDelivery]) { self.deliveries = deliveries }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    guard let elements = try JSONFields(json).required("deliveries").array else {
      throw JSONError.wrongType(expected: "an array", member: "deliveries")
    }
    deliveries = try elements.map { try CodeDelivery(json: $0) }
  }

  /// It as JSON.
  public var json: JSONValue { ["deliveries": .array(deliveries.map(\.json))] }
}
