internal import CLibSecret
internal import SessionModel

/// One connection to a secret service: made for one piece of work and closed after it, so that a service that died or
/// was replaced leaves nothing stale behind. For one thread; its calls block until the cancellation.
final class SecretServiceConnection {
  typealias Collection = UnsafeMutablePointer<SecretCollection>

  /// What a search found.
  enum Finding {
    case found(Secret)
    case locked
    case absent
  }

  let bus: OpaquePointer
  let service: UnsafeMutablePointer<SecretService>
  let cancellation: Cancellation
  let deadline: Int
  /// Those that were handed out; they live as long as the connection.
  var collections: [Collection] = []

  /// - Parameter asksNobody: whether what the service would show a prompt for fails instead.
  init(
    address: String, deadline: Int, _ cancellation: Cancellation, asksNobody: Bool = false
  ) throws(KeySourceError) {
    var error: UnsafeMutablePointer<GError>?
    guard let bus = SessionBus.open(address, cancellation.pointer, &error) else {
      throw Self.failure(&error, deadline) {
        "The session bus does not answer (\($0)). \(Self.advice)"
      }
    }
    let type = asksNobody ? SecretServiceType.withoutPrompts : SecretServiceType.type
    guard let service = Self.openService(type, bus, cancellation, &error) else {
      let failure = Self.failure(&error, deadline)
      g_dbus_connection_close_sync(bus, nil, nil)
      g_object_unref(UnsafeMutableRawPointer(bus))
      throw failure
    }
    self.bus = bus
    self.service = service
    self.cancellation = cancellation
    self.deadline = deadline
  }

  deinit {
    for collection in collections { g_object_unref(collection) }
    g_object_unref(service)
    g_dbus_connection_close_sync(bus, cancellation.pointer, nil)
    g_object_unref(UnsafeMutableRawPointer(bus))
  }

  /// What `secret_service_open_sync` does, on a bus of our choice.
  private static func openService(
    _ type: GType, _ bus: OpaquePointer, _ cancellation: Cancellation, _ error: inout UnsafeMutablePointer<GError>?
  ) -> UnsafeMutablePointer<SecretService>? {
    var values = [GValue](repeating: GValue(), count: 2)
    let names = ["g-connection", "flags"]
    g_value_init(&values[0], g_dbus_connection_get_type())
    g_value_set_object(&values[0], UnsafeMutableRawPointer(bus))
    g_value_init(&values[1], secret_service_flags_get_type())
    g_value_set_flags(&values[1], UInt32(SECRET_SERVICE_OPEN_SESSION.rawValue))
    defer { for index in values.indices { g_value_unset(&values[index]) } }
    var pointers: [UnsafePointer<CChar>?] = names.map { UnsafePointer(g_strdup($0)) }
    defer { for pointer in pointers { g_free(UnsafeMutableRawPointer(mutating: pointer)) } }
    guard
      let object = g_object_new_with_properties(type, UInt32(names.count), &pointers, &values)
    else { return nil }
    guard g_initable_init(OpaquePointer(object), cancellation.pointer, &error) != 0 else {
      g_object_unref(object)
      return nil
    }
    return UnsafeMutableRawPointer(object).assumingMemoryBound(to: SecretService.self)
  }

  /// The secret of the item with these attributes. Searched without a schema: on a keyring that was never unlocked
  /// nothing is found with one.
  func find(_ attributes: [String: String]) throws(KeySourceError) -> Finding {
    let table = Self.table(attributes)
    defer { g_hash_table_unref(table) }
    var error: UnsafeMutablePointer<GError>?
    let list = secret_service_search_sync(service, nil, table, SECRET_SEARCH_ALL, cancellation.pointer, &error)
    if error != nil { throw Self.failure(&error, deadline) }
    defer { g_list_free_full(list) { g_object_unref($0) } }
    var finding = Finding.absent
    for item in Self.elements(of: list, as: SecretItem.self) {
      if secret_item_get_locked(item) != 0 {
        finding = .locked
      } else {
        return .found(try secret(of: item))
      }
    }
    return finding
  }

  private func secret(of item: UnsafeMutablePointer<SecretItem>) throws(KeySourceError) -> Secret {
    var error: UnsafeMutablePointer<GError>?
    guard secret_item_load_secret_sync(item, cancellation.pointer, &error) != 0,
      let value = secret_item_get_secret(item)
    else { throw Self.failure(&error, deadline) }
    defer { secret_value_unref(UnsafeMutableRawPointer(value)) }
    var length: gsize = 0
    let text = secret_value_get(value, &length)
    return Secret(copying: UnsafeRawBufferPointer(start: text, count: Int(length)))
  }

  /// Stores a secret as a new item.
  func store(
    _ secret: Secret, label: String, _ attributes: [String: String], in collection: Collection
  ) throws(KeySourceError) {
    let (table, schema) = (Self.table(attributes), Self.schema(of: attributes))
    let value = secret.withRevealedBytes { bytes in
      secret_value_new(bytes.baseAddress?.assumingMemoryBound(to: CChar.self), gssize(bytes.count), "text/plain")
    }
    defer {
      secret_value_unref(UnsafeMutableRawPointer(value))
      secret_schema_unref(schema)
      g_hash_table_unref(table)
    }
    var error: UnsafeMutablePointer<GError>?
    let item = secret_item_create_sync(
      collection, schema, table, label, value, SECRET_ITEM_CREATE_NONE, cancellation.pointer, &error)
    guard let item else { throw Self.failure(&error, deadline) }
    g_object_unref(item)
  }

  /// What a list of GLib's holds; it lives as long as it did.
  static func elements<Element>(
    of list: UnsafeMutablePointer<GList>?, as type: Element.Type
  ) -> [UnsafeMutablePointer<Element>] {
    var elements: [UnsafeMutablePointer<Element>] = []
    var node = list
    while let current = node {
      if let element = current.pointee.data?.assumingMemoryBound(to: type) { elements.append(element) }
      node = current.pointee.next
    }
    return elements
  }

  /// The caller's to release.
  static func schema(of attributes: [String: String]) -> UnsafeMutablePointer<SecretSchema>? {
    let types = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, nil)
    defer { g_hash_table_unref(types) }
    for name in attributes.keys { g_hash_table_insert(types, g_strdup(name), nil) }  // nil: a string
    return secret_schema_newv("org.session-agent.Keystore", SECRET_SCHEMA_NONE, types)
  }

  /// The caller's to release.
  static func table(_ pairs: [String: String]) -> OpaquePointer? {
    let table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)
    for (key, value) in pairs { g_hash_table_insert(table, g_strdup(key), g_strdup(value)) }
    return table
  }
}
