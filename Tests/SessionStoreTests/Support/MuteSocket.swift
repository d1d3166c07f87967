import Foundation
import Glibc

/// A unix socket that takes connections and never says a word.
final class MuteSocket: Sendable {
  let path: String
  private let descriptor: Int32

  init(path: String) throws {
    self.path = path
    descriptor = try UnixSocket.listen(path)
  }

  deinit { close(descriptor) }
}
