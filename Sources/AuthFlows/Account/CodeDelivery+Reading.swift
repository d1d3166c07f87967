internal import SessionModel
internal import WireJSON

extension CodeDelivery {
  /// Reads `CodeDeliveryDetails`; nil where it does not say where the code went.
  static func read(_ reader: inout JSONReader) throws -> CodeDelivery? {
    if reader.null() { return nil }
    var delivery = CodeDelivery(medium: "", destination: "", attribute: nil)
    try reader.object { name, value in
      if value.null() { return }
      switch name {
      case "DeliveryMedium": delivery.medium = try value.string()
      case "Destination": delivery.destination = try value.string()
      case "AttributeName": delivery.attribute = try value.string()
      default: try value.skip()
      }
    }
    return delivery.medium.isEmpty ? nil : delivery
  }
}

extension ServiceAnswer {
  /// The answer of an operation that sends a code and says nothing else.
  func delivery() throws(ProviderFailure) -> CodeDelivery? {
    var delivery: CodeDelivery?
    try read { name, value in
      guard name == "CodeDeliveryDetails" else { return try value.skip() }
      delivery = try CodeDelivery.read(&value)
    }
    return delivery
  }
}
