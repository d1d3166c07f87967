import Foundation

/// Mail and SMS go nowhere: they are written down where a person or a test can read them.
extension PoolStore {
  private static let deliveries = "deliveries.jsonl"

  func append(_ deliveries: [Delivery]) throws {
    guard !deliveries.isEmpty else { return }
    let lines = try deliveries.map { try $0.json.encodedText() + "\n" }
    try folder.append(Data(lines.joined().utf8), to: Self.deliveries)
  }
}

extension Delivery {
  var json: JSON {
    .strings([
      "at": Date(timeIntervalSince1970: at).ISO8601Format(), "user_pool_id": poolID, "username": username,
      "medium": medium.rawValue, "destination": destination, "purpose": purpose.name, "code": code,
    ])
  }

  /// For the log.
  var line: String { "\(medium.rawValue) to \(destination): \(code) (\(purpose.name) of \(username))" }
}
