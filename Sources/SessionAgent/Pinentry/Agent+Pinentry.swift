internal import Logging
internal import SessionAPI
internal import SessionModel
internal import SessionStore
internal import WireJSON

/// Opening the keystore by a passphrase that pinentry asks for. Nobody else waits for it: the prompt and the derivation
/// run elsewhere.
extension Agent {
  private static let promptAttempts = 3
  private static let promptSeconds = 60

  /// Asks up to three times, the next time after the throttle's pause.
  func unlockByPinentry(_ place: PinentryDocument, for peer: PeerCredentials) async throws -> KeystoreDocument {
    guard keystoreStatus.state != .unlocked else { return keystoreDocument }
    let isNew = try await passphraseIsNew()
    guard place.isSomewhere else {
      throw Problem(
        .denied,
        "There is neither a display nor a terminal to ask for the passphrase on. Run in a terminal: agentctl unlock")
    }
    try prompts.begin(now.boot)
    defer { prompts.end() }
    var question = PinentryQuestion(
      text: Agent.promptText(isNew: isNew, path: keystoreStatus.path, peer), isNew: isNew, place: place,
      seconds: Agent.promptSeconds)
    var refusal = StoreError.emptyPassphrase
    for _ in 0..<Agent.promptAttempts {
      guard let refused = try await tryPassphrase(try await ask(question)) else { return keystoreDocument }
      refusal = refused
      question.error = Agent.words(refused)
    }
    throw problem(refusal)
  }

  /// Whether there is no store yet.
  ///
  /// - Throws: `Problem` where no passphrase opens it.
  private func passphraseIsNew() async throws -> Bool {
    let status = await parts.keystore.status
    switch status.state {
    case .uninitialized: return true
    case .locked where status.slots.contains { $0.source == .passphrase }: return false
    case .locked, .unlocked, .unavailable, .damaged: throw lockedProblem(nil)
    }
  }

  private func ask(_ question: PinentryQuestion) async throws -> Secret {
    let pinentry = Pinentry(program: parts.settings.pinentry, environment: parts.environment)
    do throws(PinentryFailure) {
      let answer = try await pinentry.ask(question)
      guard answer.withRevealedBytes(\.isWellFormedUTF8) else { throw .unintelligible }
      return answer
    } catch {
      if case .cancelled = error { throw prompts.refuse(now.boot) }
      let what = error.description(pinentry.program)
      parts.logger.debug("pinentry", metadata: ["why": "\(what)"])
      throw Problem(.locked, what)
    }
  }

  /// Nil where it opened the store, else how it was refused. One that comes too soon after another waits.
  private func tryPassphrase(_ passphrase: Secret) async throws -> StoreError? {
    for _ in 0..<Agent.promptAttempts {
      do throws(StoreError) {
        _ = try await open(passphrase, mayAsk: false)
        return nil
      } catch .passphraseTooSoon(let seconds) {
        await pause(milliseconds: Int64(seconds) * 1000)
      } catch .wrongPassphrase(let seconds) {
        return .wrongPassphrase(retryAfterSeconds: seconds)
      } catch .emptyPassphrase {
        return .emptyPassphrase
      } catch {
        throw problem(error)
      }
    }
    throw problem(.passphraseTooSoon(retryAfterSeconds: 1))
  }

  private static func words(_ refusal: StoreError) -> String {
    if case .emptyPassphrase = refusal { return "It may not be empty." }
    return "That is not the passphrase."
  }

  private static func promptText(isNew: Bool, path: String, _ peer: PeerCredentials) -> String {
    let what = isNew ? "Choose the passphrase of a new session-agent keystore." : "Unlock the session-agent keystore."
    let who = PeerCredentials.executable(peer.pid).map(AssuanText.visible) ?? "a process"
    return "\(what)\n\(AssuanText.visible(path))\n\nAsked for by \(who) (process \(peer.pid))"
  }
}
