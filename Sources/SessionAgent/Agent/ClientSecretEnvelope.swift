internal import SessionModel

/// A client's secret as the keystore has it: with the place that it was given for, so that a profile that was changed
/// behind our back does not send it anywhere else (SECURITY 1).
enum ClientSecretEnvelope {
  /// The secret with its place.
  static func seal(_ secret: Secret, for settings: CognitoSettings) -> Secret {
    let head = Array(settings.origin.utf8)
    return Secret(count: head.count + 1 + secret.count) { buffer in
      buffer.copyBytes(from: head + [separator])
      secret.withRevealedBytes {
        UnsafeMutableRawBufferPointer(rebasing: buffer[(head.count + 1)...]).copyMemory(from: $0)
      }
    }
  }

  /// The secret, if it was given for that place.
  ///
  /// - Throws: `Problem` (`bad_configuration`).
  static func open(_ envelope: Secret, for settings: CognitoSettings, _ profile: ProfileName) throws -> Secret {
    let head = Array(settings.origin.utf8) + [separator]
    guard fits(envelope, settings) else {
      throw Problem(
        .badConfiguration,
        "The client secret of profile \(profile) was given for another provider or client. "
          + "Give it again: agentctl profile add.")
    }
    return envelope.withRevealedBytes { Secret(copying: UnsafeRawBufferPointer(rebasing: $0[head.count...])) }
  }

  /// Whether the secret was given for that place.
  static func fits(_ envelope: Secret, _ settings: CognitoSettings) -> Bool {
    envelope.withRevealedBytes { $0.starts(with: Array(settings.origin.utf8) + [separator]) }
  }

  private static let separator = UInt8(ascii: "\n")
}
