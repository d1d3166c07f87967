import Foundation
import Glibc
import Synchronization

/// Stands between a program and a software TPM, as a listener on the bus would, and keeps all that passes.
final class BusTap: Sendable {
  private let folder: TemporaryFolder
  private let heard = Mutex<[UInt8]>([])
  var path: String { "\(folder.path)/tap" }

  init(_ tpm: SoftwareTPM) throws {
    folder = try TemporaryFolder()
    for end in ["", ".ctrl"] {
      let listener = try UnixSocket.listen(path + end)
      Thread.detachNewThread { [weak self] in
        while case let client = accept(listener, nil, nil), client >= 0 {
          guard let tap = self, let server = try? UnixSocket.connect(tpm.path + end) else { break }
          tap.pass(client, server)
        }
        close(listener)
      }
    }
  }

  /// What passed so far.
  var bytes: [UInt8] { heard.withLock { $0 } }

  /// One connection, to its end.
  private func pass(_ client: Int32, _ server: Int32) {
    defer { for descriptor in [client, server] { close(descriptor) } }
    var ends = [client, server].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    while poll(&ends, 2, 10_000) > 0 {
      for (from, to) in [(0, server), (1, client)] where ends[from].revents != 0 {
        let count = read(ends[from].fd, &buffer, buffer.count)
        guard count > 0 else { return }
        heard.withLock { $0 += buffer.prefix(count) }
        guard write(to, buffer, count) == count else { return }
      }
    }
  }
}
