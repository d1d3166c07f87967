internal import CLibSecret

/// The service's keyrings (in its own words: collections).
extension SecretServiceConnection {
  /// Refuses a service none of whose keyrings is open. It is not searched then: KeePassXC answers a search by asking the
  /// person for the password of a database, and keeps its client waiting meanwhile.
  func expectOpenCollection() throws(KeySourceError) {
    var error: UnsafeMutablePointer<GError>?
    guard secret_service_load_collections_sync(service, cancellation.pointer, &error) != 0 else {
      throw Self.failure(&error, deadline)
    }
    let list = secret_service_get_collections(service)
    defer { g_list_free_full(list) { g_object_unref($0) } }
    var isOneLocked = false
    for collection in Self.elements(of: list, as: SecretCollection.self) where !Self.isTransient(collection) {
      if secret_collection_get_locked(collection) == 0 { return }
      isOneLocked = true
    }
    throw isOneLocked ? .locked(Self.locked) : .unavailable(Self.noKeyring)
  }

  /// Whether it is the one for things that end with the login; it is always open, and never holds a key of ours.
  private static func isTransient(_ collection: Collection) -> Bool {
    path(of: collection) == "/org/freedesktop/secrets/collection/session"
  }

  /// Its object's path.
  static func path(of collection: Collection) -> String? {
    let proxy = UnsafeMutableRawPointer(collection).assumingMemoryBound(to: GDBusProxy.self)
    return g_dbus_proxy_get_object_path(proxy).map { String(cString: $0) }
  }

  /// The default collection, where there is one and it is open.
  func openDefaultCollection() throws(KeySourceError) -> Collection {
    guard let found = try defaultCollection() else { throw .unavailable(Self.noKeyring) }
    guard secret_collection_get_locked(found) == 0 else { throw .locked(Self.locked) }
    return found
  }

  /// The default collection, where there is one.
  func defaultCollection() throws(KeySourceError) -> Collection? {
    var error: UnsafeMutablePointer<GError>?
    let found = secret_collection_for_alias_sync(
      service, "default", SECRET_COLLECTION_NONE, cancellation.pointer, &error)
    if error != nil { throw Self.failure(&error, deadline) }
    if let found { collections.append(found) }
    return found
  }
}
