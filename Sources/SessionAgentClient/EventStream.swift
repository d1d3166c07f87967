public import SessionAPI
public import SessionModel
internal import WireJSON

/// One event as the stream carried it (WHATWG HTML §9.2).
public struct ServerSentEvent: Hashable, Sendable {
  /// Its id.
  public var id: String
  /// Its name.
  public var event: String
  /// Its data: one JSON object.
  public var data: String

  /// The data as a document.
  ///
  /// - Throws: `ClientError.malformedAnswer`.
  public func document() throws(ClientError) -> EventDocument {
    do {
      return try EventDocument(json: JSONValue.parse(data.utf8))
    } catch {
      throw .malformedAnswer("\(error)")
    }
  }
}

/// The agent's events as they happen. Not for use from two threads at once.
public struct EventStream: ~Copyable {
  private var exchange: HTTPExchange
  private var text = WipedBuffer()
  private let cancel: Int32

  fileprivate init(_ exchange: consuming HTTPExchange, cancel: Int32) {
    self.exchange = exchange
    self.cancel = cancel
  }

  /// Waits for the next event; nil where the agent ended the stream, or is gone in the midst of it.
  ///
  /// - Parameter milliseconds: how long to wait; nil without limit.
  /// - Throws: `ClientError.timedOut` after that time, and the stream can be asked again.
  public mutating func next(within milliseconds: Int64? = nil) throws(ClientError) -> ServerSentEvent? {
    let deadline = Deadline(milliseconds: milliseconds ?? Int64.max / 2, cancel: cancel)
    while true {
      if let block = takeBlock() {
        if let event = EventStream.parse(block) { return event }
        continue
      }
      do {
        guard try exchange.readBody(into: &text, deadline) else { return nil }
      } catch .connectionLost {
        return nil
      }
    }
  }

  /// The lines up to the next empty one.
  private mutating func takeBlock() -> String? {
    let found: (String, Int)? = text.withBytes { bytes in
      guard bytes.count >= 2 else { return nil }
      for index in 1..<bytes.count where bytes[index] == 0x0A && bytes[index - 1] == 0x0A {
        return (String(decoding: bytes[..<index], as: UTF8.self), index + 1)
      }
      return nil
    }
    guard let (block, end) = found else { return nil }
    text.dropFirst(end)
    return block
  }

  /// Nil for a block of comments, which keep the connection alive.
  private static func parse(_ block: String) -> ServerSentEvent? {
    var event = ServerSentEvent(id: "", event: "message", data: "")
    var data: [Substring] = []
    for line in block.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { continue }
      let value = parts[1].first == " " ? parts[1].dropFirst() : parts[1]
      switch parts[0] {
      case "id": event.id = String(value)
      case "event": event.event = String(value)
      case "data": data.append(value)
      default: continue
      }
    }
    event.data = data.joined(separator: "\n")
    return data.isEmpty ? nil : event
  }
}

extension SessionAgentClient {
  /// Follows the agent's events.
  ///
  /// - Parameters:
  ///   - session: only those of this session.
  ///   - audit: with `token.used`.
  ///   - lastEventID: goes on after this event; nil begins with a snapshot.
  public func events(
    session: SessionName? = nil, audit: Bool = false, after lastEventID: String? = nil
  ) throws(ClientError) -> EventStream {
    var request = HTTPRequest("GET", "events")
      .adding("session", session?.rawValue).adding("audit", audit ? "true" : nil)
    request.headers = ["Accept: text/event-stream"] + (lastEventID.map { ["Last-Event-ID: \($0)"] } ?? [])
    let deadline = deadline(of: request)
    let exchange = try open(request, deadline)
    guard exchange.head.status == 200 else {
      let answer = try exchange.answer(deadline)
      throw answer.failure ?? .malformedAnswer("the event stream has status \(answer.status).")
    }
    return EventStream(exchange, cancel: cancelDescriptor)
  }
}
