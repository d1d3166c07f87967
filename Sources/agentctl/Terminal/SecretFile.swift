import CSystemCalls
import Glibc
import SessionModel

/// A secret in a file, or on standard input.
enum SecretFile {
  private static let longest = 16 * 1024

  /// Reads the file, `-` being standard input; one line end at its end is not part of the secret.
  static func read(_ path: String) throws -> Secret {
    let descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw CommandFailure.usage("\(path) can't be read: \(String(cString: strerror(errno))).")
    }
    defer { if descriptor != 0 { close(descriptor) } }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: longest + 1, alignment: 1)
    defer {
      csystem_wipe(buffer.baseAddress, buffer.count)
      buffer.deallocate()
    }
    var count = 0
    while count < buffer.count {
      let got = Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else {
        throw CommandFailure.usage("\(path) can't be read: \(String(cString: strerror(errno))).")
      }
      if got == 0 { break }
      count += got
    }
    guard count <= longest else { throw CommandFailure.usage("\(path) is longer than \(longest) bytes.") }
    if count > 0, buffer[count - 1] == UInt8(ascii: "\n") { count -= 1 }
    if count > 0, buffer[count - 1] == UInt8(ascii: "\r") { count -= 1 }
    guard count > 0 else { throw CommandFailure.usage("\(path) holds no secret.") }
    return Secret(copying: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
  }
}
