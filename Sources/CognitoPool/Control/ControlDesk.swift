/// Keeps the faults that wait for their request and counts what happens. Neither outlives the process.
actor ControlDesk {
  private var faults: [Fault] = []
  private var statistics = Statistics()

  /// Counts the request and takes the first fault that meets it.
  func began(_ call: CallLabel) -> Fault? {
    statistics.began(call.name)
    guard let index = faults.firstIndex(where: { $0.meets(call) }) else { return nil }
    let fault = faults[index]
    if let times = fault.times {
      faults[index].times = times - 1
      if times == 1 { faults.remove(at: index) }
    }
    return fault
  }

  func ended(refusal: String?, refreshes: Int) { statistics.ended(refusal: refusal, refreshes: refreshes) }

  /// A fault with the id of another takes its place.
  func add(_ fault: Fault) {
    faults.removeAll { $0.id == fault.id }
    faults.append(fault)
  }

  /// All faults, or the one with this id; false where there is none.
  func clear(_ id: String?) -> Bool {
    let before = faults.count
    faults.removeAll { id == nil || $0.id == id }
    return id == nil || faults.count < before
  }

  func report(reset: Bool) -> [String: JSON] {
    defer { if reset { statistics.reset() } }
    return statistics.json
  }
}
