/// What is still to happen, by time; what is due at one time happens in the order in which it was planned.
struct Agenda<Item> {
  private struct Entry {
    var time: Int64
    var number: Int
    var item: Item
    func isBefore(_ other: Entry) -> Bool { time < other.time || time == other.time && number < other.number }
  }

  private var heap: [Entry] = []
  private var count = 0

  mutating func add(_ item: Item, at time: Int64) {
    heap.append(Entry(time: time, number: count, item: item))
    count += 1
    var child = heap.count - 1
    while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// The next thing and its time.
  mutating func take() -> (time: Int64, item: Item)? {
    guard let first = heap.first else { return nil }
    heap[0] = heap[heap.count - 1]
    heap.removeLast()
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].isBefore(heap[least]) {
        least = child
      }
      if least == parent { break }
      heap.swapAt(parent, least)
      parent = least
    }
    return (first.time, first.item)
  }
}
