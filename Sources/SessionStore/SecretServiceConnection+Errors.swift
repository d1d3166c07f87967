internal import CLibSecret

extension SecretServiceConnection {
  static let locked = "The keyring is locked. Unlock it, then run: agentctl unlock"

  static let noKeyring =
    "The secret service has no default keyring (in KeePassXC: exposes no group). Make one, or use a passphrase: "
    + "agentctl unlock"

  /// What to do where there is no service that answers.
  static let advice =
    "Mend that, or use a passphrase (key_source = \"passphrase\" in config.toml), and run: agentctl unlock"

  static func unanswered(_ milliseconds: Int) -> String {
    "Nobody answered the keyring's prompt within \(milliseconds / 1000) s. Unlock the keyring, then run: agentctl unlock"
  }

  static func late(_ milliseconds: Int) -> String {
    "The secret service did not answer within \(Double(milliseconds) / 1000) s. Once it does, run: agentctl unlock"
  }

  /// What GLib reports, told apart by what can be done about it. Frees and clears the error.
  static func failure(
    _ error: inout UnsafeMutablePointer<GError>?, _ deadline: Int,
    _ other: (String) -> String = {
      "The secret service failed: \($0). \(SecretServiceConnection.advice)"
    }
  ) -> KeySourceError {
    guard let reported = error else { return .unavailable(other("it gave no reason")) }
    defer {
      g_error_free(reported)
      error = nil
    }
    let message = reported.pointee.message.map { String(cString: $0) } ?? "no reason given"
    let code = UInt32(bitPattern: reported.pointee.code)
    let domain = reported.pointee.domain
    if domain == g_io_error_quark(), code == G_IO_ERROR_CANCELLED.rawValue || code == G_IO_ERROR_TIMED_OUT.rawValue {
      return .timedOut(late(deadline))
    }
    if domain == secret_error_get_quark(), code == SECRET_ERROR_IS_LOCKED.rawValue { return .locked(locked) }
    if domain == g_dbus_error_quark(), code == G_DBUS_ERROR_SERVICE_UNKNOWN.rawValue {
      return .unavailable(
        "No secret service (GNOME Keyring, KWallet, KeePassXC) is on the session bus. "
          + "Start one, or use a passphrase: agentctl unlock")
    }
    return .unavailable(other(message))
  }
}
