import SessionAgentClient
import SessionModel

/// The arguments of a simple `agentctl token`, read without ArgumentParser: it is the command that programs run in
/// loops, and loading a parser would be most of its time.
enum FastToken {
  /// The process's arguments; nil where they are not a simple `token`, or not right: ArgumentParser then says why.
  static func parse() -> TokenOptions? {
    let count = Int(CommandLine.argc)
    guard count >= 2, let first = CommandLine.unsafeArgv[1], String(cString: first) == "token" else { return nil }
    return parse((2..<count).compactMap { CommandLine.unsafeArgv[$0].map { String(cString: $0) } })
  }

  /// What follows `token`.
  static func parse(_ arguments: [String]) -> TokenOptions? {
    var options = TokenOptions()
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument.utf8.first == UInt8(ascii: "-") {
        guard take(argument, &rest, &options) else { return nil }
      } else {
        guard options.session == nil, !argument.isEmpty else { return nil }
        options.session = argument
      }
    }
    return options
  }

  private static func take(
    _ argument: String, _ rest: inout ArraySlice<String>, _ options: inout TokenOptions
  ) -> Bool {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let attached = parts.count == 2 ? String(parts[1]) : nil
    func value() -> String? {
      if let attached { return attached }
      guard let next = rest.first, next.utf8.first != UInt8(ascii: "-") else { return nil }
      return rest.popFirst()
    }
    switch parts[0] {
    case "--type":
      guard let type = value().flatMap(TokenType.init) else { return false }
      options.request.type = type
    case "--min-ttl":
      guard let seconds = value().flatMap({ Int($0) }), seconds >= 0 else { return false }
      options.request.minimumLife = seconds
    case "--format":
      guard let format = value().flatMap(TokenOptions.Format.init) else { return false }
      options.format = format
    case "--scope":
      guard let scope = value() else { return false }
      options.request.scopes.append(scope)
    case "--audience":
      guard let audience = value() else { return false }
      options.request.audience = audience
    default: return false
    }
    return true
  }
}
