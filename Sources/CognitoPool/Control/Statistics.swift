/// What the pool has been asked since the start or the last reset.
struct Statistics: Sendable {
  private var requests: [String: Int] = [:]
  private var refused: [String: Int] = [:]
  private var refreshes = 0
  private var inFlight = 0
  private var maxInFlight = 0
  /// Anybody can ask for any path.
  private static let mostNames = 500

  mutating func began(_ name: String) {
    let isNew = requests[name] == nil
    requests[isNew && requests.count >= Self.mostNames ? "other" : name, default: 0] += 1
    inFlight += 1
    maxInFlight = max(maxInFlight, inFlight)
  }

  mutating func ended(refusal: String?, refreshes count: Int) {
    inFlight -= 1
    refreshes += count
    if let refusal { refused[refusal, default: 0] += 1 }
  }

  /// Starts over, but for the requests that are still running.
  mutating func reset() {
    let running = inFlight
    self = Statistics()
    inFlight = running
    maxInFlight = running
  }

  var json: [String: JSON] {
    [
      "requests": .object(requests.mapValues(JSON.integer)), "refused": .object(refused.mapValues(JSON.integer)),
      "refreshes": .integer(refreshes), "in_flight": .integer(inFlight), "max_in_flight": .integer(maxInFlight),
    ]
  }
}
