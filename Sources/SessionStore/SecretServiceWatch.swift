internal import CLibSecret
internal import Foundation

/// Tells when a secret service appeared on the session bus, or one of its collections changed: an agent that could not
/// open its store tries again then. It polls nothing: its thread sleeps until the bus has something for it.
public final class SecretServiceWatch: Sendable {
  /// What there is to tell.
  public enum News: Sendable {
    /// The service appeared, or a collection changed.
    case changed
    /// The service, which had not answered, does.
    case answered
  }

  private static let service = "org.freedesktop.secrets"
  private static let object = "/org/freedesktop/secrets"

  private let tell: @Sendable (News) -> Void
  // Unsafe for the compiler, which knows nothing of C pointers: a GMainContext has a lock of its own, and any thread may
  // hand it work.
  nonisolated(unsafe) private let context: OpaquePointer
  // The connection. Unsafe for the compiler, which can't see that it is set and used on the watch's thread alone: `run`
  // is that thread, and `ask` is run by its context.
  nonisolated(unsafe) private var bus: OpaquePointer?

  /// Watches for as long as the process lives. Without a bus nothing is watched.
  ///
  /// - Parameter tell: called on the watch's thread.
  public static func start(
    address: String? = SecretServiceKeySource.sessionBusAddress(), tell: @escaping @Sendable (News) -> Void
  ) -> SecretServiceWatch? {
    guard let address, let context = g_main_context_new() else { return nil }
    let watch = SecretServiceWatch(tell, context)
    Thread.detachNewThread { watch.run(address) }
    return watch
  }

  private init(_ tell: @escaping @Sendable (News) -> Void, _ context: OpaquePointer) {
    self.tell = tell
    self.context = context
  }

  private func run(_ address: String) {
    g_main_context_push_thread_default(context)
    guard let opened = SessionBus.open(address) else { return }
    bus = opened
    let changed: @Sendable () -> Void = { self.tell(.changed) }
    Self.subscribe(
      opened, "org.freedesktop.DBus", "NameOwnerChanged", path: "/org/freedesktop/DBus", first: Self.service, changed)
    for signal in ["CollectionChanged", "CollectionCreated"] {
      Self.subscribe(
        opened, "org.freedesktop.Secret.Service", signal, path: Self.object, first: nil, changed)
    }
    while true { g_main_context_iteration(context, 1) }
  }

  /// Tells once when the service answers, however long that takes it: one that was stopped and goes on says so by no
  /// signal.
  public func tellOfAnswer() {
    let asking = Unmanaged.passRetained(self).toOpaque()
    g_main_context_invoke(
      context,
      { data in
        if let data { Unmanaged<SecretServiceWatch>.fromOpaque(data).takeRetainedValue().ask() }
        return 0
      }, asking)
  }

  private func ask() {
    guard let bus else { return }
    g_dbus_connection_call(
      bus, Self.service, Self.object, "org.freedesktop.DBus.Peer", "Ping", nil, nil,
      G_DBUS_CALL_FLAGS_NO_AUTO_START, .max, nil,
      { bus, result, data in
        guard let data, let bus, let result else { return }
        let watch = Unmanaged<SecretServiceWatch>.fromOpaque(data).takeRetainedValue()
        guard let answer = g_dbus_connection_call_finish(OpaquePointer(bus), result, nil) else { return }
        g_variant_unref(answer)
        watch.tell(.answered)
      }, Unmanaged.passRetained(self).toOpaque())
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
