internal import SessionModel

/// What is still to happen, by time; what is due at one time happens in the order in which it was planned.
package struct Agenda<Item> {
  private struct Entry: Comparable {
    var time: Int64
    var number: Int
    var item: Item

    static func < (left: Entry, right: Entry) -> Bool { (left.time, left.number) < (right.time, right.number) }
    static func == (left: Entry, right: Entry) -> Bool { left.number == right.number }
  }

  private var heap = Heap<Entry>()
  private var count = 0

  package init() {}

  /// When the next thing happens.
  package var next: Int64? { heap.first?.time }

  package mutating func add(_ item: Item, at time: Int64) {
    heap.add(Entry(time: time, number: count, item: item))
    count += 1
  }

  /// The next thing and its time.
  package mutating func take() -> (time: Int64, item: Item)? { heap.take().map { ($0.time, $0.item) } }
}
