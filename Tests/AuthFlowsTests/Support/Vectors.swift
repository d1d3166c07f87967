import SessionModel
import Testing
import WireJSON

@testable import AuthFlows

/// One exchange of srp-vectors.json.
struct SRPVector: Sendable, CustomTestStringConvertible {
  var json: JSONValue

  func text(_ member: String) -> String { json[member]?.string ?? "missing \(member)" }
  func bytes(_ member: String) -> Secret { Secret(copying: SRPHex.bytes(text(member)) ?? []) }
  var parameters: [String: String] { json["challenge_parameters"]?.strings ?? [:] }
  var clientSecret: Secret? { json["client_secret"]?.string.map(Secret.init(copyingUTF8:)) }
  var time: Timestamp { Timestamp(seconds: json["epoch"]?.integer ?? 0) }
  var testDescription: String { json["id"]?.string ?? text("operation") }
}

/// The vectors; each list is as long as the file says it was when the tests were written.
enum Vectors {
  static func list(_ name: String, count: Int) -> [JSONValue] {
    let all = (try? Fixture.json("srp-vectors.json"))?[name]?.array ?? []
    return all.count == count ? all : []
  }

  static let users = list("user_srp", count: 21).map(SRPVector.init)
  static let devices = list("device_srp", count: 8).map(SRPVector.init)
  static let secretHashes = list("secret_hash", count: 6)
  static let timestamps = list("timestamps", count: 8)
  static let rejects = list("reject", count: 7)
  static let signatures = list("sigv4", count: 2).map(SRPVector.init)
}

extension Vectors {
  /// The IMF-fixdate of a time.
  static func httpDate(_ time: Timestamp) -> String {
    let (date, clock) = time.civil
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let day = "\(CivilNames.weekdays[time.weekday]), \(two(date.day)) \(CivilNames.months[date.month - 1]) \(date.year)"
    return "\(day) \(two(clock.hour)):\(two(clock.minute)):\(two(clock.second)) GMT"
  }
}
