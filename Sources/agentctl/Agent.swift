import SessionAgentClient

/// The way to the agent.
enum Agent {
  /// A client that starts the agent by need.
  ///
  /// - Parameter waitingFor: what a person at a terminal is told that the command waits for, where it does so long.
  static func client(
    interrupts: Interrupts? = nil, waitingFor: String? = nil
  ) throws(ClientError) -> SessionAgentClient {
    var client = try SessionAgentClient(.process, launch: AgentLaunch())
    if let interrupts { client.cancelDescriptor = interrupts.descriptor }
    if let waitingFor, Screen.current(of: 2).isTerminal {
      client.longWait = LongWait { Output.error("Waiting for \(waitingFor)…") }
    }
    return client
  }
}
