import Foundation
import Glibc
import SessionStore

/// A TPM of one test: swtpm on a socket of its own, with its state in a folder of its own.
final class SoftwareTPM: Sendable {
  let folder: TemporaryFolder
  private let process: ChildProcess
  var path: String { "\(folder.path)/tpm" }

  /// A new TPM, or the one whose state is in that folder. Its sockets listen before it starts: nobody waits for it.
  init(stateOf earlier: SoftwareTPM? = nil) throws {
    folder = try earlier?.folder ?? TemporaryFolder()
    let state = "\(folder.path)/state"
    mkdir(state, 0o700)
    let sockets = try ["tpm", "tpm.ctrl"].map { [folder] name in
      unlink("\(folder.path)/\(name)")
      return FileHandle(fileDescriptor: try UnixSocket.listen("\(folder.path)/\(name)"), closeOnDealloc: true)
    }
    process = try ChildProcess(
      "swtpm",
      [
        "socket", "--tpm2", "--tpmstate", "dir=\(state)", "--server", "type=unixio,fd=0",
        "--ctrl", "type=unixio,fd=1", "--flags", "not-need-init,startup-clear",
      ], environment: ["PATH": "/usr/bin:/bin"], sockets: (sockets[0], sockets[1]))
  }

  func source(deadlineMilliseconds: Int = 5000) -> TPMKeySource { Self.source(path, deadlineMilliseconds) }

  static func source(_ path: String, _ deadlineMilliseconds: Int = 5000) -> TPMKeySource {
    TPMKeySource(tcti: "swtpm:path=\(path)", deadlineMilliseconds: deadlineMilliseconds, random: SystemRandom())
  }

  /// Cuts its power. (Of the signals only this one and SIGSTOP reach a child of a Swift task's thread.)
  func end() { process.end(SIGKILL) }

  /// It hears, and answers nothing.
  func hang() { process.signal(SIGSTOP) }

  func goOn() { process.signal(SIGCONT) }

  /// TPM2_Clear: its owner's seed is another after it.
  func clear() throws { _ = try send([0x80, 2, 0, 0, 0, 27, 0, 0, 1, 0x26, 0x40, 0, 0, 0x0A] + Self.noPassword) }

  /// TPM2_HierarchyChangeAuth: the owner has a password after it.
  func setOwnerPassword() throws {
    _ = try send([0x80, 2, 0, 0, 0, 31, 0, 0, 1, 0x29, 0x40, 0, 0, 1] + Self.noPassword + [0, 2, 1, 2])
  }

  /// The objects and sessions that programs left in it (TPM2_GetCapability, TPM_CAP_HANDLES).
  func transientObjects() throws -> Int { try handles(0x80) }
  func sessions() throws -> Int { try handles(0x02) }

  private func handles(_ type: UInt8) throws -> Int {
    let answer = try send([0x80, 1, 0, 0, 0, 22, 0, 0, 1, 0x7A, 0, 0, 0, 1, type, 0, 0, 0, 0, 0, 0, 16])
    return Int(answer[18])
  }

  private static let noPassword: [UInt8] = [0, 0, 0, 9, 0x40, 0, 0, 9, 0, 0, 0, 0, 0]

  /// One command as TPM 2.0 has it on the wire; throws where its answer is no success.
  private func send(_ command: [UInt8]) throws -> [UInt8] {
    let connection = try UnixSocket.connect(path)
    defer { close(connection) }
    var answer = [UInt8](repeating: 0, count: 4096)
    guard write(connection, command, command.count) == command.count else { throw POSIXError(.EIO) }
    let count = read(connection, &answer, answer.count)
    guard count >= 10, answer[6..<10].allSatisfy({ $0 == 0 }) else { throw POSIXError(.EPROTO) }
    return Array(answer.prefix(count))
  }
}
