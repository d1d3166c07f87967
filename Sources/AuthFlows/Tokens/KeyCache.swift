internal import SessionCrypto
public import SessionModel
internal import WireJSON

/// The issuers' public keys, kept so that tokens can be checked without network. One for each profile, since what it
/// trusts came through that profile's certificate authorities.
///
/// Mutable state, all of it guarded by the actor: `sets` (what was fetched or restored), `missed` (the keys that a set
/// just fetched did not have, and when), `fetching` (the one request under way for each address).
public actor KeyCache {
  /// How long a key that a set just fetched did not have is taken for unknown before the set is fetched again for it.
  public static let refetchMilliseconds: Int64 = 10_000

  private let clock: any Clock
  private var sets: [String: JSONWebKeySet] = [:]
  private var missed: [String: [String: BootInstant]] = [:]
  private var fetching: [String: Task<Result<JSONWebKeySet, TokenError>, Never>] = [:]

  /// An empty cache.
  public init(clock: any Clock) { self.clock = clock }

  /// The key of that id in the set at that address, which is fetched where the cache does not have it.
  func key(
    id: String, at url: String, through transport: any ProviderTransport
  ) async throws(TokenError) -> RSAPublicKey {
    if let key = sets[url]?.keys[id] { return key }
    if let missed = missed[url]?[id], isRecent(missed) { throw .unknownKey }
    let task = fetching[url] ?? fetch(url, through: transport)
    let keys = try await task.value.get().keys
    guard let key = keys[id] else {
      miss(id, at: url)
      throw .unknownKey
    }
    return key
  }

  /// A key of another id may have come since: a provider that changes its keys is followed at once.
  private func miss(_ id: String, at url: String) {
    var recent = missed[url, default: [:]].filter { isRecent($0.value) }
    recent[id] = clock.now().boot
    missed[url] = recent
  }

  private func isRecent(_ instant: BootInstant) -> Bool {
    clock.now().boot < instant.adding(milliseconds: KeyCache.refetchMilliseconds)
  }

  /// The request belongs to the cache and not to who asked first, so that a caller who gives up takes nothing from the
  /// others. A failure is remembered by nobody.
  private func fetch(
    _ url: String, through transport: any ProviderTransport
  ) -> Task<Result<JSONWebKeySet, TokenError>, Never> {
    let task = Task { () async -> Result<JSONWebKeySet, TokenError> in
      let result: Result<JSONWebKeySet, TokenError>
      do throws(TokenError) {
        result = .success(try await KeyCache.download(url, through: transport))
      } catch {
        result = .failure(error)
      }
      self.finish(url, result)
      return result
    }
    fetching[url] = task
    return task
  }

  private func finish(_ url: String, _ result: Result<JSONWebKeySet, TokenError>) {
    fetching[url] = nil
    guard case .success(let set) = result else { return }
    sets[url] = set
  }

  private static func download(
    _ url: String, through transport: any ProviderTransport
  ) async throws(TokenError) -> JSONWebKeySet {
    let response: ProviderResponse
    do throws(TransportError) {
      response = try await transport.send(
        ProviderRequest(url: url, method: .get, headers: [("Accept", "application/json")]))
    } catch {
      throw .keysUnavailable(error.description)
    }
    guard response.status == 200 else {
      throw .keysUnavailable("The provider answered with HTTP \(response.status).")
    }
    do {
      let set = try JSONWebKeySet(response.body)
      guard !set.keys.isEmpty else { throw TokenError.keysUnavailable("The key set is empty.") }
      return set
    } catch let error as TokenError {
      throw error
    } catch {
      throw .keysUnavailable("What the provider answered is no key set.")
    }
  }
}

extension KeyCache {
  /// The cache as a JSON text, to be kept over a restart. It holds nothing secret, but whoever can change it can forge
  /// tokens.
  public func snapshot() -> [UInt8] {
    let members = sets.sorted { $0.key < $1.key }.map { JSONMember($0.key, $0.value.json) }
    return JSONValue.object(members).serialized()
  }

  /// Takes over a snapshot; what was fetched since the process began stays.
  ///
  /// - Throws: `JSONError` where the bytes are no snapshot; nothing is changed then.
  public func restore(_ snapshot: [UInt8]) throws {
    var restored: [String: JSONWebKeySet] = [:]
    try snapshot.withUnsafeBytes { bytes in
      try JSONReader.read(bytes) { reader in
        try reader.object { url, value in
          restored[url] = try JSONWebKeySet(Secret(copying: value.value().serialized()))
        }
      }
    }
    sets.merge(restored) { present, _ in present }
  }
}
