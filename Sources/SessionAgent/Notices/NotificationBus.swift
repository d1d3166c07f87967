internal import CLibSecret

/// The methods of a notification service that are of use here (Desktop Notifications Specification 1.2).
final class NotificationBus {
  private static let name = "org.freedesktop.Notifications"
  private static let place = BusConnection.Place(path: "/org/freedesktop/Notifications", interface: name)
  /// A window that stays until somebody closes it, and is no alarm.
  private static let staysUntilClosed: Int32 = 0
  private static let normalUrgency: UInt8 = 1

  private let connection: BusConnection
  private let silence: SilenceWatch

  /// - Parameters:
  ///   - ownerChanged: told of who the service is from now on, nil for nobody.
  ///   - silent: told where it does not answer.
  init?(address: String, ownerChanged: @escaping (String?) -> Void, silent: @escaping () -> Void) {
    guard let connection = BusConnection(address: address) else { return nil }
    self.connection = connection
    silence = SilenceWatch(silent)
    connection.watchOwner(of: Self.name, ownerChanged)
  }

  var isClosed: Bool { connection.isClosed }

  /// The unique name of the service.
  func find(_ answer: @escaping (Result<String, NotificationFailure>) -> Void) {
    connection.findOwner(of: Self.name) { found in answer(found.mapError { .noService($0.text) }) }
  }

  /// What it can do.
  func capabilities(of owner: String, _ answer: @escaping (Result<[String], NotificationFailure>) -> Void) {
    call(owner, "GetCapabilities", [], returns: "(as)") { answer($0.map(\.texts)) }
  }

  /// Shows a notification; its id.
  func notify(
    _ owner: String, _ summary: String, _ body: String, replacing id: UInt32,
    _ answer: @escaping (Result<UInt32, NotificationFailure>) -> Void
  ) {
    var hints = [
      g_variant_new_dict_entry(
        g_variant_new_string("urgency"), g_variant_new_variant(g_variant_new_byte(Self.normalUrgency)))
    ]
    let arguments = [
      g_variant_new_string("session-agent"), g_variant_new_uint32(id), g_variant_new_string("dialog-password"),
      g_variant_new_string(summary), g_variant_new_string(body), g_variant_new_strv(nil, 0),
      g_variant_new_array(nil, &hints, 1), g_variant_new_int32(Self.staysUntilClosed),
    ]
    call(owner, "Notify", arguments, returns: "(u)") { answer($0.map(\.number)) }
  }

  /// Takes a notification away. One that is gone already is nobody's business.
  func close(_ id: UInt32, of owner: String) {
    connection.send(owner, Self.place, "CloseNotification", [g_variant_new_uint32(id)])
  }

  private func call(
    _ owner: String, _ method: String, _ arguments: [OpaquePointer?], returns type: String,
    _ answer: @escaping (Result<BusReply, NotificationFailure>) -> Void
  ) {
    silence.asked()
    connection.call(owner, Self.place, method, arguments, returns: type) { [silence] reply in
      silence.answered()
      answer(reply.mapError { .refused($0.text) })
    }
  }
}
