import SessionAgentClient

/// The way to the agent.
enum Agent {
  /// A client that starts the agent by need.
  static func client(interrupts: Interrupts? = nil) throws(ClientError) -> SessionAgentClient {
    var client = try SessionAgentClient(.process, launch: AgentLaunch())
    if let interrupts { client.cancelDescriptor = interrupts.descriptor }
    return client
  }
}
