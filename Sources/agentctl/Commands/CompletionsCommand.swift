import ArgumentParser

/// `agentctl completions`.
struct CompletionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions", abstract: "Print a completion script for a shell.",
    discussion: """
      bash: agentctl completions bash > ~/.local/share/bash-completion/completions/agentctl
      zsh:  agentctl completions zsh > a folder of $fpath, as _agentctl
      fish: agentctl completions fish > ~/.config/fish/completions/agentctl.fish
      """)

  enum Shell: String, CaseIterable, ExpressibleByArgument {
    case bash
    case zsh
    case fish
  }

  @Argument(help: "bash, zsh or fish.") var shell: Shell

  func run() throws {
    let script =
      switch shell {
      case .bash: RootCommand.completionScript(for: .bash)
      case .zsh: RootCommand.completionScript(for: .zsh)
      case .fish: RootCommand.completionScript(for: .fish)
      }
    Output.result(script)
  }
}
