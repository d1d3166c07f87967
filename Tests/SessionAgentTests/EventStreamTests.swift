import NIOCore
import NIOPosix
import SessionAPI
import SessionModel
import Testing
import WireJSON

@testable import SessionAgent

@Suite("A reader of the event stream")
struct EventStreamTests {
  /// A log with a reader whose socket the test opens and shuts. The loop's own.
  final class Desk {
    var log = EventLog(prefix: "p", capacity: 4096)
    var isWritable = true
    var written: [String] = []
    var notify: (@Sendable () -> Void)?

    func append(_ session: String? = nil, audit: Bool = false, padding: Int = 0) {
      log.append(
        audit ? .tokenUsed : .sessionRefreshed, at: Timestamp(seconds: 0), session: session.flatMap(Name.init),
        isAudit: audit, members: padding > 0 ? [JSONMember("x", .string(String(repeating: "x", count: padding)))] : [])
      notify?()
    }

    /// What was written since the last look: the events' ids, or what else it was.
    func look() -> [String] {
      defer { written = [] }
      return written.map { text in
        let id = text.split(separator: "\n").first { $0.hasPrefix("id: ") }
        return id.map { String($0.dropFirst(4)) } ?? text
      }
    }
  }

  /// Runs on an event loop, as part of the test.
  private actor Runner {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    private let executor: any SerialExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init() { executor = loop.executor }

    func run(_ body: @Sendable (Desk, any EventLoop) throws -> Void) throws { try body(Desk(), loop) }
  }

  private static func onLoop(_ body: @Sendable (Desk, any EventLoop) throws -> Void) async throws {
    try await Runner().run(body)
  }

  private static func start(
    _ desk: Desk, _ loop: any EventLoop, _ start: EventSubscription.Start, session: String? = nil, audit: Bool = false
  ) -> EventStreamWriter {
    let bound = NIOLoopBound(desk, eventLoop: loop)
    let subscription = EventSubscription(
      start: start, session: session.flatMap(Name.init), audit: audit, next: { bound.value.log.entry(after: $0) },
      end: { (bound.value.log.latest, bound.value.log.totalBytes) },
      snapshot: { Array("snapshot@\(bound.value.log.latest)".utf8) }, reset: { Array("reset".utf8) },
      register: { notify in
        bound.value.notify = notify
        return { bound.value.notify = nil }
      })
    let writer = EventStreamWriter(
      subscription: subscription, isWritable: { desk.isWritable },
      write: { desk.written.append(String(decoding: $0, as: UTF8.self)) })
    writer.start(on: loop)
    return writer
  }

  @Test("begins with a snapshot, then gets each event as it comes, until it leaves")
  func snapshot() async throws {
    try await Self.onLoop { desk, loop in
      desk.append()
      let writer = Self.start(desk, loop, .snapshot)
      #expect(desk.look() == ["snapshot@1"])
      desk.append()
      #expect(desk.look() == ["p-2"])
      writer.end()
      desk.append()
      #expect(desk.look() == [])
      #expect(desk.notify == nil)
    }
  }

  @Test("with a known id gets what came after it, without a snapshot")
  func resume() async throws {
    try await Self.onLoop { desk, loop in
      for _ in 0..<5 { desk.append() }
      _ = Self.start(desk, loop, .after(3))
      #expect(desk.look() == ["p-4", "p-5"])
      desk.append()
      #expect(desk.look() == ["p-6"])
    }
  }

  @Test("with the last id gets nothing until something happens")
  func resumeAtEnd() async throws {
    try await Self.onLoop { desk, loop in
      for _ in 0..<5 { desk.append() }
      _ = Self.start(desk, loop, .after(5))
      #expect(desk.look() == [])
      desk.append()
      #expect(desk.look() == ["p-6"])
    }
  }

  @Test("with an unknown id gets reset, then a snapshot")
  func unknown() async throws {
    try await Self.onLoop { desk, loop in
      desk.append()
      _ = Self.start(desk, loop, .reset)
      #expect(desk.look() == ["reset", "snapshot@1"])
    }
  }

  @Test("up to 1,024 events behind it gets them all; one more, and it starts anew", arguments: [1024, 1025])
  func eventsBehind(count: Int) async throws {
    try await Self.onLoop { desk, loop in
      let writer = Self.start(desk, loop, .snapshot)
      _ = desk.look()
      desk.isWritable = false
      for _ in 0..<count { desk.append() }
      #expect(desk.look() == [])
      desk.isWritable = true
      writer.pump()
      let got = desk.look()
      #expect(got == (count == 1024 ? (1...1024).map { "p-\($0)" } : ["reset", "snapshot@1025"]))
      desk.append()
      #expect(desk.look() == ["p-\(count + 1)"])
    }
  }

  @Test("more than 256 KiB behind it starts anew")
  func bytesBehind() async throws {
    try await Self.onLoop { desk, loop in
      let writer = Self.start(desk, loop, .snapshot)
      _ = desk.look()
      desk.isWritable = false
      for _ in 0..<5 { desk.append(padding: 50_000) }
      desk.isWritable = true
      writer.pump()
      #expect(desk.look() == ["p-1", "p-2", "p-3", "p-4", "p-5"])
      desk.isWritable = false
      for _ in 0..<6 { desk.append(padding: 50_000) }
      desk.isWritable = true
      writer.pump()
      #expect(desk.look() == ["reset", "snapshot@11"])
    }
  }

  @Test("one whose place the log no longer has starts anew")
  func overwritten() async throws {
    try await Self.onLoop { desk, loop in
      desk.log = EventLog(prefix: "p", capacity: 4)
      let writer = Self.start(desk, loop, .snapshot)
      desk.isWritable = false
      for _ in 0..<6 { desk.append() }
      _ = desk.look()
      desk.isWritable = true
      writer.pump()
      #expect(desk.look() == ["reset", "snapshot@6"])
    }
  }

  @Test("of one session gets that session's events and those of none")
  func filter() async throws {
    try await Self.onLoop { desk, loop in
      _ = Self.start(desk, loop, .snapshot, session: "work")
      _ = desk.look()
      desk.append("work")
      desk.append("home")
      desk.append()
      #expect(desk.look() == ["p-1", "p-3"])
    }
  }

  @Test("gets audit events only where it asked for them", arguments: [true, false])
  func audit(wants: Bool) async throws {
    try await Self.onLoop { desk, loop in
      _ = Self.start(desk, loop, .snapshot, audit: wants)
      _ = desk.look()
      desk.append("work", audit: true)
      desk.append("work")
      #expect(desk.look() == (wants ? ["p-1", "p-2"] : ["p-2"]))
    }
  }
}
