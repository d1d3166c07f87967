internal import CSystemCalls
internal import Glibc
internal import SessionModel

/// A pinentry that runs: a pipe each way, nothing else of ours but a few variables. For one thread, which may block.
struct PinentryProcess: ~Copyable {
  private let pid: pid_t
  private let toChild: CInt
  private let fromChild: CInt
  private var input = AssuanInput()
  /// Whether a person is being asked: until that is over it does not look at what it is told.
  private var isAsking = false

  /// How long it may take to end by itself once it is told to.
  private static let patienceMilliseconds: CInt = 500

  init(_ program: String, environment: [String]) throws(PinentryFailure) {
    var (toChild, fromChild): (CInt, CInt) = (-1, -1)
    let pid = PinentryProcess.withPointers([program]) { arguments in
      PinentryProcess.withPointers(environment) { environment in
        csystem_spawn_piped(program, arguments, environment, &toChild, &fromChild)
      }
    }
    guard pid > 0 else { throw .notStarted(String(cString: strerror(errno))) }
    self.pid = pid
    self.toChild = toChild
    self.fromChild = fromChild
  }

  /// Ends the process, which gives the terminal back where it is asked kindly, and waits for it.
  deinit {
    close(toChild)
    var status: CInt = 0
    var descriptor = pollfd(fd: fromChild, events: 0, revents: 0)
    if isAsking || poll(&descriptor, 1, PinentryProcess.patienceMilliseconds) == 0 {
      kill(-pid, SIGTERM)
      _ = poll(&descriptor, 1, PinentryProcess.patienceMilliseconds)
    }
    kill(-pid, SIGKILL)
    close(fromChild)
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
  }

  /// Holds the conversation to its end.
  ///
  /// - Parameters:
  ///   - start: when the person must be being asked at the latest, in milliseconds of the boot clock.
  ///   - end: when there must be an answer.
  ///   - stop: a descriptor that becomes readable when nobody waits for the answer any more.
  mutating func ask(
    _ question: PinentryQuestion, start: Int64, end: Int64, stop: CInt
  ) throws(PinentryFailure) -> Secret {
    var conversation = PinentryConversation(question)
    while true {
      isAsking = conversation.isAsking
      guard let line = try nextLine(until: isAsking ? end : start, stop) else { throw isAsking ? .timedOut : .silent }
      isAsking = false
      switch conversation.take(line) {
      case .wait: continue
      case .say(let line): try say(line)
      case .done(let passphrase): return passphrase
      case .fail(let failure): throw failure
      }
    }
  }

  /// Nil where the deadline passes.
  private mutating func nextLine(until deadline: Int64, _ stop: CInt) throws(PinentryFailure) -> AssuanLine? {
    while true {
      if let line = try input.next() { return line }
      guard try waitForInput(until: deadline, stop) else { return nil }
      let descriptor = fromChild
      let got = input.fill { room in read(descriptor, room.baseAddress, room.count) }
      guard got > 0 || (got < 0 && errno == EINTR) else { throw .ended }
    }
  }

  private func waitForInput(until deadline: Int64, _ stop: CInt) throws(PinentryFailure) -> Bool {
    while true {
      let left = deadline - csystem_boottime_milliseconds()
      guard left > 0 else { return false }
      var descriptors = [
        pollfd(fd: fromChild, events: CShort(POLLIN), revents: 0), pollfd(fd: stop, events: CShort(POLLIN), revents: 0),
      ]
      guard poll(&descriptors, 2, CInt(clamping: left)) > 0 else { continue }
      if descriptors[1].revents != 0 { throw .abandoned }
      return true
    }
  }

  /// A command is shorter than a pipe's buffer, and follows the answer to the one before: this does not block.
  private func say(_ line: String) throws(PinentryFailure) {
    var bytes = Array((line + "\n").utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(toChild, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .ended }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Lends the strings as a null-terminated vector, as execve(2) takes them.
  private static func withPointers<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>?) -> Result
  ) -> Result {
    let pointers = strings.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}
