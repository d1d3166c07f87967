internal import CLibSecret
internal import SessionStore

/// The session bus, for the thread whose GMainContext is the default one when it is opened: answers and signals come
/// there. A call has no deadline: its answer comes, or the end of who should give it, or nothing, for which nobody
/// waits.
final class BusConnection {
  /// Where a method is.
  struct Place {
    var path: String
    var interface: String
  }

  /// What GLib says of a failure.
  struct Refusal: Error { let text: String }

  typealias Answer = (Result<BusReply, Refusal>) -> Void

  private static let bus = "org.freedesktop.DBus"
  private static let busPlace = Place(path: "/org/freedesktop/DBus", interface: bus)

  private let connection: OpaquePointer

  init?(address: String) {
    guard let connection = SessionBus.open(address) else { return nil }
    self.connection = connection
  }

  deinit { g_object_unref(UnsafeMutableRawPointer(connection)) }

  var isClosed: Bool { g_dbus_connection_is_closed(connection) != 0 }

  /// Calls a method; the answer is taken on this thread, in a later iteration of its context.
  ///
  /// - Parameter type: of the reply; another one is a failure.
  func call(
    _ name: String, _ place: Place, _ method: String, _ arguments: [OpaquePointer?], returns type: String,
    _ answer: @escaping Answer
  ) {
    let type = g_variant_type_new(type)
    defer { g_variant_type_free(type) }
    g_dbus_connection_call(
      connection, name, place.path, place.interface, method, Self.tuple(arguments), type,
      G_DBUS_CALL_FLAGS_NO_AUTO_START, Int32.max, nil,
      { connection, result, waiting in
        guard let connection, let result, let waiting else { return }
        let answer = Unmanaged<Waiting>.fromOpaque(waiting).takeRetainedValue().answer
        var error: UnsafeMutablePointer<GError>?
        if let reply = g_dbus_connection_call_finish(OpaquePointer(connection), result, &error) {
          answer(.success(BusReply(reply)))
          g_variant_unref(reply)
        } else {
          answer(.failure(Refusal(text: error?.pointee.message.map { String(cString: $0) } ?? "no reason given")))
          g_clear_error(&error)
        }
      }, Unmanaged.passRetained(Waiting(answer)).toOpaque())
  }

  private final class Waiting {
    let answer: Answer
    init(_ answer: @escaping Answer) { self.answer = answer }
  }

  /// Calls a method whose answer nobody wants.
  func send(_ name: String, _ place: Place, _ method: String, _ arguments: [OpaquePointer?]) {
    g_dbus_connection_call(
      connection, name, place.path, place.interface, method, Self.tuple(arguments), nil,
      G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, nil, nil, nil)
  }

  private static func tuple(_ arguments: [OpaquePointer?]) -> OpaquePointer? {
    var arguments = arguments
    return g_variant_new_tuple(&arguments, gsize(arguments.count))
  }

  /// The unique name of who owns a well-known one; where nobody does, the bus is asked to start the service.
  func findOwner(of name: String, _ answer: @escaping (Result<String, Refusal>) -> Void) {
    owner(of: name) { [self] found in
      if case .success = found { return answer(found) }
      let start = [g_variant_new_string(name), g_variant_new_uint32(0)]
      call(Self.bus, Self.busPlace, "StartServiceByName", start, returns: "(u)") { [self] started in
        if case .failure(let why) = started { return answer(.failure(why)) }
        owner(of: name, answer)
      }
    }
  }

  private func owner(of name: String, _ answer: @escaping (Result<String, Refusal>) -> Void) {
    call(Self.bus, Self.busPlace, "GetNameOwner", [g_variant_new_string(name)], returns: "(s)") {
      answer($0.map(\.text))
    }
  }

  /// Tells who owns a well-known name from now on (D-Bus specification, NameOwnerChanged); nil for nobody.
  func watchOwner(of name: String, _ changed: @escaping (String?) -> Void) {
    g_dbus_connection_signal_subscribe(
      connection, Self.bus, Self.bus, "NameOwnerChanged", Self.busPlace.path, name, G_DBUS_SIGNAL_FLAGS_NONE,
      { _, _, _, _, _, arguments, watch in
        guard let arguments, let watch, String(cString: g_variant_get_type_string(arguments)) == "(sss)" else { return }
        let owner = BusReply(arguments).text(at: 2)
        Unmanaged<OwnerWatch>.fromOpaque(watch).takeUnretainedValue().changed(owner.isEmpty ? nil : owner)
      }, Unmanaged.passRetained(OwnerWatch(changed)).toOpaque(),
      { watch in if let watch { Unmanaged<OwnerWatch>.fromOpaque(watch).release() } })
  }

  private final class OwnerWatch {
    let changed: (String?) -> Void
    init(_ changed: @escaping (String?) -> Void) { self.changed = changed }
  }
}
