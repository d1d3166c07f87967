internal import CTPM
internal import Glibc

extension TPM {
  static let unreadable =
    "What the keystore keeps of the key that its TPM sealed is damaged. Open it another way: agentctl keystore status"

  private static let another = "Open the store another way: agentctl keystore status"
  private static let again = "Mend that and run: agentctl unlock"

  var late: KeySourceError {
    .timedOut(
      "The TPM (\(tcti)) did not answer within \(Double(deadlineMilliseconds) / 1000) s. "
        + "Once it does, run: agentctl unlock")
  }

  /// What came of the work, told apart by what can be done about it; nil where it is done.
  func failure(_ answer: ctpm_answer) -> KeySourceError? {
    switch answer.outcome {
    case CTPM_OK: return nil
    case CTPM_NOT_BUILT:
      return .unavailable(
        "This session-agent was built without TPM support. Build it again with tpm2-tss's headers (Debian: "
          + "libtss2-dev), or take another key source.")
    case CTPM_NO_LIBRARY:
      return .unavailable(
        "The TPM's library tpm2-tss cannot be loaded (\(detail(answer))). Install it (Debian: apt-get install tpm2-tools) "
          + "and run: agentctl unlock")
    case CTPM_NO_TPM: return .unavailable(noTPM)
    case CTPM_UNREADABLE: return .unfit(Self.unreadable)
    case CTPM_OTHER_TPM:
      return .unavailable(
        "This machine's TPM is not the one that sealed the keystore's key, which no other can read. \(Self.another)")
    case CTPM_CLEARED:
      return .unavailable(
        "The TPM was cleared since it sealed the keystore's key, which is gone with that. \(Self.another)")
    case CTPM_OWNED:
      return .unavailable(
        "The TPM's storage hierarchy has an owner's password, which the agent does not have. \(Self.another)")
    case CTPM_WRONG_PIN: return .wrongPIN(left: Int(answer.tries_left))
    case CTPM_LOCKED_OUT: return .lockedOut(retryAfterSeconds: max(1, Int(answer.seconds)))
    case CTPM_FULL:
      return .unavailable(
        "The TPM has no room: other programs left their keys in it. Flush them (tpm2_flushcontext -t -l -s), or set "
          + "tcti = \"\(Self.resourceManager)\". Then run: agentctl unlock")
    case CTPM_NOT_WORKING:
      return .unavailable("The TPM is not started or has failed (\(step(answer))). \(Self.again)")
    default: return .unavailable("The TPM failed (\(step(answer))). \(Self.again)")
    }
  }

  /// Why there is none where the settings say.
  private var noTPM: String {
    let device = tcti.hasPrefix("device:") ? String(tcti.dropFirst("device:".count)) : nil
    guard let device, access(device, R_OK | W_OK) != 0 else {
      return "No TPM answers at tcti = \"\(tcti)\". Set that in [keystore] of config.toml, or start what is to answer "
        + "there, and run: agentctl unlock"
    }
    guard errno == ENOENT else {
      return "You may not use the TPM \(device). Join its group (usermod -aG tss USER), sign in to the machine anew, "
        + "and run: agentctl unlock"
    }
    return "There is no TPM at \(device): the machine has none, it is switched off, or the agent's unit hides it "
      + "(docs/KEYSTORE.md). \(Self.another)"
  }

  private func step(_ answer: ctpm_answer) -> String {
    let name = answer.step.map { String(cString: $0) } ?? "no step"
    return "\(name): 0x" + String(answer.code, radix: 16)
  }

  private func detail(_ answer: ctpm_answer) -> String {
    withUnsafePointer(to: answer) { String(cString: ctpm_detail($0)) }
  }
}
