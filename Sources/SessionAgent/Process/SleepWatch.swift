internal import CLibSecret

/// Hears from logind that the machine has woken up (org.freedesktop.login1.Manager, signal PrepareForSleep). Where there
/// is no system bus, or no logind on it, nothing is heard: an overdue timer fires by itself then.
enum SleepWatch {
  private final class Listener: Sendable {
    let wokeUp: @Sendable () -> Void
    init(_ wokeUp: @escaping @Sendable () -> Void) { self.wokeUp = wokeUp }
  }

  /// Listens on a thread of its own, for as long as the process and the bus live.
  static func start(wokeUp: @escaping @Sendable () -> Void) {
    _ = DetachedThread.start { listen(Listener(wokeUp)) }
  }

  private static func listen(_ listener: Listener) {
    let context = g_main_context_new()
    g_main_context_push_thread_default(context)
    guard let connection = g_bus_get_sync(G_BUS_TYPE_SYSTEM, nil, nil) else { return }
    g_dbus_connection_set_exit_on_close(connection, 0)
    g_dbus_connection_signal_subscribe(
      connection, "org.freedesktop.login1", "org.freedesktop.login1.Manager", "PrepareForSleep",
      "/org/freedesktop/login1", nil, G_DBUS_SIGNAL_FLAGS_NONE,
      { _, _, _, _, _, parameters, data in
        guard let parameters, let data, String(cString: g_variant_get_type_string(parameters)) == "(b)",
          let value = g_variant_get_child_value(parameters, 0)
        else { return }
        let isAboutToSleep = g_variant_get_boolean(value) != 0
        g_variant_unref(value)
        if !isAboutToSleep { Unmanaged<Listener>.fromOpaque(data).takeUnretainedValue().wokeUp() }
      }, Unmanaged.passRetained(listener).toOpaque(), nil)
    g_main_loop_run(g_main_loop_new(context, 0))
  }
}
