internal import CLibSecret
internal import SessionModel

/// The second copy of a store's witness (SECURITY 3): an item beside the key's, in the default collection. The counter is
/// an attribute, which a service hands out and changes without asking anybody; the item's secret is none.
extension SecretServiceConnection {
  private static let attribute = "counter"
  private static let label = "session-agent keystore counter (holds no secret)"
  private static let content = "no secret: what counts is the attribute counter"

  private static func attributes(of storeID: String) -> [String: String] {
    ["application": "session-agent", "witness": storeID]
  }

  /// How far the store was at least; nil where nothing is known of it.
  ///
  /// - Parameter isNew: whether the key was just made, and the item is made with it: a service may want a prompt for that
  ///   (KeePassXC), and later none is shown.
  func witness(of storeID: String, isNew: Bool) throws(KeySourceError) -> Int64? {
    if isNew { try record(counter: 0, of: storeID) }
    return isNew ? nil : try counter(of: storeID)
  }

  private func counter(of storeID: String) throws(KeySourceError) -> Int64? {
    let items = try witnesses(of: storeID)
    defer { for item in items { g_object_unref(item) } }
    return items.compactMap(Self.counter(in:)).max()
  }

  /// Has the item say it, unless it says more; makes it where there is none.
  func record(counter: Int64, of storeID: String) throws(KeySourceError) {
    let items = try witnesses(of: storeID)
    defer { for item in items { g_object_unref(item) } }
    var attributes = Self.attributes(of: storeID)
    attributes[Self.attribute] = String(counter)
    guard let item = items.first else {
      let collection = try openDefaultCollection()
      return try store(Secret(copyingUTF8: Self.content), label: Self.label, attributes, in: collection)
    }
    guard counter > items.compactMap(Self.counter(in:)).max() ?? -1 else { return }
    let (table, schema) = (Self.table(attributes), Self.schema(of: attributes))
    defer {
      secret_schema_unref(schema)
      g_hash_table_unref(table)
    }
    var error: UnsafeMutablePointer<GError>?
    guard secret_item_set_attributes_sync(item, schema, table, cancellation.pointer, &error) != 0 else {
      throw Self.failure(&error, deadline)
    }
  }

  /// Takes the item away.
  func forgetCounter(of storeID: String) throws(KeySourceError) {
    let items = try witnesses(of: storeID)
    defer { for item in items { g_object_unref(item) } }
    for item in items {
      var error: UnsafeMutablePointer<GError>?
      guard secret_item_delete_sync(item, cancellation.pointer, &error) != 0 else {
        throw Self.failure(&error, deadline)
      }
    }
  }

  /// The items, which are the caller's to release; mostly one. The collection is searched, not the service: that one may
  /// answer by asking a person for a password.
  private func witnesses(of storeID: String) throws(KeySourceError) -> [UnsafeMutablePointer<SecretItem>] {
    let collection = try openDefaultCollection()
    let table = Self.table(Self.attributes(of: storeID))
    defer { g_hash_table_unref(table) }
    var error: UnsafeMutablePointer<GError>?
    let list = secret_collection_search_sync(
      collection, nil, table, SECRET_SEARCH_ALL, cancellation.pointer, &error)
    if error != nil { throw Self.failure(&error, deadline) }
    defer { g_list_free(list) }
    return Self.elements(of: list, as: SecretItem.self)
  }

  private static func counter(in item: UnsafeMutablePointer<SecretItem>) -> Int64? {
    guard let attributes = secret_item_get_attributes(item) else { return nil }
    defer { g_hash_table_unref(attributes) }
    let value = g_hash_table_lookup(attributes, attribute)?.assumingMemoryBound(to: CChar.self)
    return Witness.believed(value.flatMap { Int64(String(cString: $0)) })
  }
}
