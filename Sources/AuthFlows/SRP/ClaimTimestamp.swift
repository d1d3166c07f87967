internal import SessionModel

extension Timestamp {
  /// `Thu Nov 5 07:04:09 UTC 2026`: the day neither padded with zero nor space, as TIMESTAMP in a password claim.
  var passwordClaim: String {
    let (date, time) = civil
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let day = "\(CivilNames.weekdays[weekday]) \(CivilNames.months[date.month - 1]) \(date.day)"
    return "\(day) \(two(time.hour)):\(two(time.minute)):\(two(time.second)) UTC \(date.year)"
  }
}
