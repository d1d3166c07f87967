internal import Logging
internal import SessionStore

/// Settings that were read anew.
extension Agent {
  /// Takes them into force. What opens the keystore stays until the next start: it is open, or waits for a person.
  func take(_ settings: Settings) async {
    let old = parts.settings
    parts.settings = settings
    parts.logger.logLevel = settings.logLevel
    eventLog.resize(to: settings.eventHistory)
    parts.settingsChanged(settings)
    change(notices.turn(on: settings.notify))
    if (old.keySource, old.keyfile, old.credential, old.tcti)
      != (settings.keySource, settings.keyfile, settings.credential, settings.tcti)
    {
      parts.logger.warning("the settings of [keystore] are used from the next start on")
    }
    await parts.keystore.limitJournal(to: settings.journalEntries)
  }
}
