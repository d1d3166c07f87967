internal import CLibSecret

/// libsecret's service class, but for one thing: it talks on the connection that it is given. libsecret's own sets the
/// shared session bus in its constructor; that one ends the process when the bus goes, and there can be but one.
enum SecretServiceType {
  /// Registered once, by the first use.
  static let type: GType = {
    g_type_register_static_simple(
      secret_service_get_type(), "SessionAgentSecretService", UInt32(MemoryLayout<SecretServiceClass>.size),
      { classPointer, _ in
        classPointer?.assumingMemoryBound(to: GObjectClass.self).pointee.constructor = SecretServiceType.construct
      }, UInt32(MemoryLayout<SecretService>.size), nil, GTypeFlags(rawValue: 0))
  }()

  /// The same for work that must ask nobody: what needs a prompt is refused, and the prompt not shown.
  static let withoutPrompts: GType = {
    g_type_register_static_simple(
      type, "SessionAgentQuietSecretService", UInt32(MemoryLayout<SecretServiceClass>.size),
      { classPointer, _ in
        guard let methods = classPointer?.assumingMemoryBound(to: SecretServiceClass.self) else { return }
        methods.pointee.prompt_sync = { _, _, _, _, error in
          g_propagate_error(error, SecretServiceType.refusal())
          return nil
        }
        methods.pointee.prompt_async = { service, _, _, _, callback, data in
          g_task_report_error(service, callback, data, nil, SecretServiceType.refusal())
        }
        methods.pointee.prompt_finish = { _, result, error in
          OpaquePointer(g_task_propagate_pointer(result, error))
        }
      }, UInt32(MemoryLayout<SecretService>.size), nil, GTypeFlags(rawValue: 0))
  }()

  private static func refusal() -> UnsafeMutablePointer<GError>? {
    g_error_new_literal(g_io_error_quark(), Int32(G_IO_ERROR_PERMISSION_DENIED.rawValue), "it would ask a person")
  }

  /// The parent's constructor, then "no bus of GLib's": a construct-only property may be set until this returns.
  private static let construct:
    @convention(c) (GType, UInt32, UnsafeMutablePointer<GObjectConstructParam>?) -> UnsafeMutablePointer<GObject>? = {
      type, count, parameters in
      let parent = g_type_class_peek(secret_service_get_type())?.assumingMemoryBound(to: GObjectClass.self)
      guard let object = parent?.pointee.constructor?(type, count, parameters) else { return nil }
      var none = GValue()
      g_value_init(&none, g_bus_type_get_type())
      g_value_set_enum(&none, G_BUS_TYPE_NONE.rawValue)
      g_object_set_property(object, "g-bus-type", &none)
      g_value_unset(&none)
      return object
    }
}
