internal import NIOCore

/// Feeds one reader from the log, no faster than it reads. A reader too far behind starts anew instead of holding
/// anything up.
final class EventStreamWriter {
  static let maximumEventsBehind: Int64 = 1024
  static let maximumBytesBehind: Int64 = 256 * 1024

  private let subscription: EventSubscription
  private let isWritable: () -> Bool
  private let write: ([UInt8]) -> Void
  private var cursor: Int64 = 0
  private var offset: Int64 = 0
  private var unregister: (@Sendable () -> Void)?

  init(subscription: EventSubscription, isWritable: @escaping () -> Bool, write: @escaping ([UInt8]) -> Void) {
    self.subscription = subscription
    self.isWritable = isWritable
    self.write = write
  }

  func start(on loop: any EventLoop) {
    switch subscription.start {
    case .snapshot: sendSnapshot(afterReset: false)
    case .reset: sendSnapshot(afterReset: true)
    case .after(let sequence): resume(after: sequence)
    }
    let writer = NIOLoopBound(self, eventLoop: loop)
    unregister = subscription.register { writer.value.pump() }
    pump()
  }

  func end() {
    unregister?()
    unregister = nil
  }

  /// Sends what the reader has room for.
  func pump() {
    while isWritable() {
      let end = subscription.end()
      guard cursor < end.sequence else { return }
      let isFarBehind =
        end.sequence - cursor > EventStreamWriter.maximumEventsBehind
        || end.bytes - offset > EventStreamWriter.maximumBytesBehind
      guard !isFarBehind, let entry = subscription.next(cursor) else {
        sendSnapshot(afterReset: true)
        continue
      }
      cursor = entry.sequence
      offset = entry.offset
      if subscription.wants(entry) { write(entry.bytes) }
    }
  }

  private func resume(after sequence: Int64) {
    cursor = sequence
    guard let next = subscription.next(sequence) else {
      offset = subscription.end().bytes
      return
    }
    offset = next.offset - Int64(next.bytes.count)
  }

  private func sendSnapshot(afterReset: Bool) {
    let end = subscription.end()
    cursor = end.sequence
    offset = end.bytes
    if afterReset { write(subscription.reset()) }
    write(subscription.snapshot())
  }
}
