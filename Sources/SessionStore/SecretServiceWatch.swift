internal import CLibSecret
internal import Foundation

/// Tells when a secret service appeared on the session bus, or one of its collections changed: an agent that could not
/// open its store tries again then. It asks nothing and polls nothing: its thread sleeps until the bus has a signal.
public enum SecretServiceWatch {
  /// Watches for as long as the process lives. Without a bus nothing is watched.
  ///
  /// - Parameter changed: called on the watch's thread.
  public static func start(
    address: String? = SecretServiceKeySource.sessionBusAddress(), changed: @escaping @Sendable () -> Void
  ) {
    guard let address else { return }
    Thread.detachNewThread {
      let context = g_main_context_new()
      g_main_context_push_thread_default(context)
      guard let bus = SessionBus.open(address) else { return }
      subscribe(
        bus, "org.freedesktop.DBus", "NameOwnerChanged", path: "/org/freedesktop/DBus",
        first: "org.freedesktop.secrets",
        changed)
      for signal in ["CollectionChanged", "CollectionCreated"] {
        subscribe(bus, "org.freedesktop.Secret.Service", signal, path: "/org/freedesktop/secrets", first: nil, changed)
      }
      while true { g_main_context_iteration(context, 1) }
    }
  }

  private final class Listener: Sendable {
    let changed: @Sendable () -> Void
    init(_ changed: @escaping @Sendable () -> Void) { self.changed = changed }
  }

  private static func subscribe(
    _ bus: OpaquePointer, _ interface: String, _ signal: String, path: String, first: String?,
    _ changed: @escaping @Sendable () -> Void
  ) {
    g_dbus_connection_signal_subscribe(
      bus, nil, interface, signal, path, first, G_DBUS_SIGNAL_FLAGS_NONE,
      { _, _, _, _, signal, arguments, listener in
        guard let listener else { return }
        if let signal, String(cString: signal) == "NameOwnerChanged",
          !SecretServiceWatch.hasNewOwner(arguments)
        {
          return
        }
        Unmanaged<Listener>.fromOpaque(listener).takeUnretainedValue().changed()
      }, Unmanaged.passRetained(Listener(changed)).toOpaque(), nil)
  }

  /// Whether somebody has the name now: the signal's third argument (D-Bus specification, NameOwnerChanged).
  private static func hasNewOwner(_ arguments: OpaquePointer?) -> Bool {
    guard let arguments, g_variant_n_children(arguments) == 3, let owner = g_variant_get_child_value(arguments, 2)
    else { return false }
    defer { g_variant_unref(owner) }
    return g_variant_get_string(owner, nil).map { $0.pointee != 0 } ?? false
  }
}
