internal import CLibSecret

/// The session bus, by a connection of our own: GLib's shared one would end the process with the bus.
package enum SessionBus {
  /// A connection to the bus at that address (a GDBusConnection, the caller's to release); nil where it gives none. Waits
  /// for the bus's greeting.
  package static func open(_ address: String) -> OpaquePointer? {
    var error: UnsafeMutablePointer<GError>?
    defer { g_clear_error(&error) }
    return open(address, nil, &error)
  }

  static func open(
    _ address: String, _ cancellation: UnsafeMutablePointer<GCancellable>?,
    _ error: inout UnsafeMutablePointer<GError>?
  ) -> OpaquePointer? {
    let flags = GDBusConnectionFlags(
      rawValue: G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT.rawValue
        | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION.rawValue)
    return g_dbus_connection_new_for_address_sync(address, flags, nil, cancellation, &error)
  }
}
