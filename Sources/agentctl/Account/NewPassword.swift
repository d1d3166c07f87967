import SessionModel

/// Asks for a new password, what is known of the pool's rules first.
struct NewPassword {
  let prompter: Prompter
  /// What the pool has said of passwords, as the agent has it.
  var rules: String?

  func ask(_ prompt: String = "New password: ") throws -> Secret {
    prompter.terminal?.show(Visible.text(words))
    return try prompter.newSecret(prompt, again: "Again: ")
  }

  private var words: String {
    "At most 256 characters and no white space. "
      + (rules ?? "What else the pool wants it says when it refuses one.")
  }
}
