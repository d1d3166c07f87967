import Foundation
import Glibc
import SessionModel
import SessionStore
import Testing

@Suite("a credential of systemd")
struct CredentialTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func put(_ name: String, bytes: Int, mode: mode_t = 0o400) throws {
    try Data(SystemRandom().bytes(bytes)).write(to: URL(fileURLWithPath: "\(folder.path)/\(name)"))
    chmod("\(folder.path)/\(name)", mode)
  }

  private func ask(_ source: CredentialKeySource, store: String = "s", place: String? = nil) async throws -> WrappingKey
  {
    try await source.wrappingKey(
      for: KeyRequest(storeID: store, parameters: nil, createIfMissing: true, place: place))
  }

  @Test("each store has a key of its own of it; the name of another than the set one is kept in the slot")
  func keys() async throws {
    try put("one", bytes: 32)
    try put("two", bytes: 4096)
    let source = CredentialKeySource(name: "one", folder: folder.path)
    let first = try await ask(source)
    #expect(try await ask(source, store: "t").key != first.key)
    #expect(first.parameters.isEmpty)
    let second = try await ask(source, place: "two")
    #expect(second.parameters == Array("two".utf8) && second.key != first.key)
  }

  @Test(
    "what is too short, too long, open to others, no file, or no name is refused",
    arguments: [
      ("short", 31, mode_t(0o400)), ("long", 4097, 0o400), ("open", 32, 0o404), ("", 0, 0), ("../one", 0, 0),
      (".", 0, 0),
    ])
  func unfit(_ name: String, _ bytes: Int, _ mode: mode_t) async throws {
    if bytes > 0 { try put(name, bytes: bytes, mode: mode) }
    await #expect {
      try await ask(CredentialKeySource(name: "x", folder: folder.path), place: name)
    } throws: { error in
      guard case .unfit = error as? KeySourceError else { return false }
      return true
    }
  }

  @Test("one that is not there is told apart from a unit without credentials; none is made")
  func missing() async throws {
    await #expect {
      try await ask(CredentialKeySource(name: "x", folder: folder.path))
    } throws: { error in
      guard case .missing(let why) = error as? KeySourceError else { return false }
      return why.contains("LoadCredential=x")
    }
    await #expect {
      try await ask(CredentialKeySource(name: "x", folder: nil))
    } throws: { error in
      guard case .unavailable = error as? KeySourceError else { return false }
      return true
    }
    #expect(try folder.contents().isEmpty)
  }
}
