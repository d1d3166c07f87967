import CSystemCalls
import Glibc
import SessionModel

/// Reads one line, byte by byte, so that nothing of the next one is taken, into guarded memory.
struct LineReader {
  /// What reading can end with but a line.
  enum Ending: Error {
    /// There is no more input.
    case endOfInput
    /// One of the watched descriptors became readable.
    case interrupted(descriptor: Int32)
    /// The line is longer than any answer.
    case tooLong
  }

  /// The longest line.
  static let longest = 4095

  let input: Int32
  /// Descriptors that end the wait.
  let watched: [Int32]

  /// The next line, without its end. The last one may lack it.
  func line() throws(Ending) -> Secret {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: LineReader.longest + 1, alignment: 1)
    defer {
      csystem_wipe(buffer.baseAddress, buffer.count)
      buffer.deallocate()
    }
    var count = 0
    while true {
      try waitForInput()
      let got = read(input, buffer.baseAddress.map { $0 + count }, 1)
      if got < 0 && (errno == EINTR || errno == EAGAIN) { continue }
      if got <= 0 {
        guard count > 0 else { throw .endOfInput }
        break
      }
      if buffer[count] == UInt8(ascii: "\n") { break }
      count += 1
      guard count <= LineReader.longest else { throw .tooLong }
    }
    return Secret(copying: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
  }

  private func waitForInput() throws(Ending) {
    while true {
      var descriptors = ([input] + watched).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      let ready = poll(&descriptors, nfds_t(descriptors.count), -1)
      guard ready > 0 else { continue }
      if let cause = descriptors.dropFirst().first(where: { $0.revents != 0 }) {
        throw .interrupted(descriptor: cause.fd)
      }
      return
    }
  }
}
