import SessionAPI
import SessionAgentClient
import SessionModel
import WireJSON

/// `agentctl status --watch`: the status, shown again when an event says that something changed, and as time passes.
struct StatusWatch {
  let session: String?
  let json: Bool

  /// Runs until a signal, or until the agent is gone.
  func run() throws {
    let interrupts = try Interrupts()
    let client = try Agent.client(interrupts: interrupts)
    let screen = Screen.current()
    try interrupts.guarding { try follow(client, screen) }
  }

  private func follow(_ client: SessionAgentClient, _ screen: Screen) throws {
    var events = try client.events()
    var shown = ""
    while true {
      let text = try read(client, screen)
      if text != shown {
        show(text, on: screen, isFirst: shown.isEmpty)
        shown = text
      }
      do {
        guard try events.next(within: json ? nil : 1000) != nil else { throw CommandFailure.streamEnded }
      } catch ClientError.timedOut {
        continue
      }
    }
  }

  private func read(_ client: SessionAgentClient, _ screen: Screen) throws -> String {
    do {
      let reading = try StatusReading(client, session)
      if json { return reading.object.text }
      let profiles = reading.wantsProfiles ? (try? client.profiles()) ?? [] : []
      return reading.lines(profiles, width: screen.width, style: screen.style).joined(separator: "\n")
    } catch let failure as CommandFailure where failure.exitCode == 10 || failure.exitCode == 67 {
      // A session that is gone meanwhile is something to show, not the end.
      return failure.message ?? ""
    }
  }

  private func show(_ text: String, on screen: Screen, isFirst: Bool) {
    let clear = "\u{1B}[H\u{1B}[2J"
    if screen.isTerminal && screen.style.isColoured && !json {
      Output.write(clear + text + "\n", to: 1)
    } else {
      Output.result(isFirst || json ? text : "\n" + text)
    }
  }
}
