internal import CLibSecret

/// The service's own prompt (Secret Service API: Service.Unlock, Prompt.Prompt, Prompt.Completed, Prompt.Dismiss).
///
/// Not by `secret_service_unlock_sync`: gnome-keyring takes a dismissal without a word, and libsecret then waits for one
/// for ever.
extension SecretServiceConnection {
  private static let name = "org.freedesktop.secrets"
  private static let prompt = "org.freedesktop.Secret.Prompt"
  private static let dismissalMilliseconds: Int32 = 500

  /// Has the service ask the person to open the default collection, where there is one. Blocks until the person
  /// answered, whatever that was, or until the cancellation; at once where the service has no way to ask.
  func askToUnlockDefaultCollection() throws(KeySourceError) {
    guard let collection = try defaultCollection(), let path = Self.path(of: collection) else { return }
    var paths = [g_variant_new_object_path(path)]
    let reply = try call(
      "/org/freedesktop/secrets", "org.freedesktop.Secret.Service", "Unlock", g_variant_new_array(nil, &paths, 1))
    defer { g_variant_unref(reply) }
    guard let prompt = Self.path(in: reply, at: 1), prompt != "/" else { return }
    try show(prompt)
  }

  private func show(_ path: String) throws(KeySourceError) {
    let context = g_main_context_new()
    g_main_context_push_thread_default(context)
    let ending = Ending(on: bus, path: path)
    let handler = g_cancellable_connect(cancellation.pointer, Self.wakeUp, UnsafeMutableRawPointer(context), nil)
    defer {
      g_cancellable_disconnect(cancellation.pointer, handler)
      ending.unsubscribe(from: bus)
      g_main_context_pop_thread_default(context)
      g_main_context_unref(context)
    }
    g_variant_unref(try call(path, Self.prompt, "Prompt", g_variant_new_string("")))
    while !ending.hasCome, g_cancellable_is_cancelled(cancellation.pointer) == 0 {
      g_main_context_iteration(context, 1)
    }
    guard !ending.hasCome else { return }
    let reply = g_dbus_connection_call_sync(
      bus, Self.name, path, Self.prompt, "Dismiss", nil, nil, G_DBUS_CALL_FLAGS_NO_AUTO_START,
      Self.dismissalMilliseconds, nil, nil)
    if let reply { g_variant_unref(reply) }
    throw .timedOut(Self.late(deadline))
  }

  /// Called by whoever cancels.
  private static let wakeUp: GCallback = {
    let wakeUp: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Void = { _, context in
      g_main_context_wakeup(context.map { OpaquePointer($0) })
    }
    return unsafeBitCast(wakeUp, to: GCallback.self)
  }()

  /// The reply, which is the caller's to free.
  private func call(
    _ path: String, _ interface: String, _ method: String, _ argument: OpaquePointer?
  ) throws(KeySourceError) -> OpaquePointer {
    var error: UnsafeMutablePointer<GError>?
    var arguments = [argument]
    let reply = g_dbus_connection_call_sync(
      bus, Self.name, path, interface, method, g_variant_new_tuple(&arguments, 1), nil,
      G_DBUS_CALL_FLAGS_NO_AUTO_START, Int32(clamping: deadline), cancellation.pointer, &error)
    guard let reply else { throw Self.failure(&error, deadline) }
    return reply
  }

  private static func path(in reply: OpaquePointer, at index: Int) -> String? {
    guard g_variant_n_children(reply) > index, let child = g_variant_get_child_value(reply, gsize(index)) else {
      return nil
    }
    defer { g_variant_unref(child) }
    return g_variant_get_string(child, nil).map { String(cString: $0) }
  }

  /// Hears that a prompt is done, or that the service is gone; told on the thread that iterates the context.
  private final class Ending {
    private(set) var hasCome = false
    private var subscriptions: [UInt32] = []

    init(on bus: OpaquePointer, path: String) {
      subscribe(bus, SecretServiceConnection.name, SecretServiceConnection.prompt, "Completed", path, nil)
      subscribe(
        bus, "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged", "/org/freedesktop/DBus",
        SecretServiceConnection.name)
    }

    private func subscribe(
      _ bus: OpaquePointer, _ sender: String, _ interface: String, _ signal: String, _ path: String, _ first: String?
    ) {
      let id = g_dbus_connection_signal_subscribe(
        bus, sender, interface, signal, path, first, G_DBUS_SIGNAL_FLAGS_NONE,
        { _, _, _, _, _, _, ending in
          if let ending { Unmanaged<Ending>.fromOpaque(ending).takeUnretainedValue().hasCome = true }
        }, Unmanaged.passUnretained(self).toOpaque(), nil)
      subscriptions.append(id)
    }

    func unsubscribe(from bus: OpaquePointer) {
      for id in subscriptions { g_dbus_connection_signal_unsubscribe(bus, id) }
    }
  }
}
