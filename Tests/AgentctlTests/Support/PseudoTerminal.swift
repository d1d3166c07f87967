import Foundation
import WireJSON

/// agentctl on a real terminal.
struct PseudoTerminal {
  /// What the terminal showed.
  let shown: String
  /// The exit status, negative for a signal.
  let status: Int64
  /// Whether the terminal echoes afterwards.
  let echoes: Bool

  /// What a person does.
  enum Step {
    /// Waits until the terminal shows what matches.
    case expect(String)
    /// Waits until the terminal echoes or not.
    case echo(Bool)
    case type(String)
    case signal(String)
    /// Waits until the place's fake agent has been asked that.
    case asked(String)

    fileprivate func json(in place: Place) -> JSONValue {
      switch self {
      case .expect(let pattern): ["expect": .string(pattern)]
      case .echo(let on): ["echo": .bool(on)]
      case .type(let text): ["type": .string(text)]
      case .signal(let name): ["signal": .string(name)]
      case .asked(let line): ["file": .string(place.path + "/" + FakeAgent.record), "has": .string(line)]
      }
    }
  }

  /// A step that did not come.
  struct Missing: Error {
    let step: JSONValue
    let shown: String
  }

  /// Runs agentctl to its end.
  init(_ arguments: String..., in place: Place, environment: [String: String] = [:], steps: [Step]) throws {
    try self.init(arguments, in: place, environment: environment, steps: steps)
  }

  /// Runs agentctl to its end.
  init(_ arguments: [String], in place: Place, environment: [String: String] = [:], steps: [Step]) throws {
    let variables = place.environment(environment).map { JSONMember($0.key, .string($0.value)) }
    let job: JSONValue = [
      "argv": .array(([Programs.agentctl] + arguments).map(JSONValue.string)), "env": .object(variables),
      "steps": .array(steps.map { $0.json(in: place) }),
    ]
    let ending = try Programs.run(
      "/usr/bin/env", ["python3", Programs.fixture("pty_driver.py")], input: job.text, in: place,
      environment: ProcessInfo.processInfo.environment)
    let result = try JSONValue.parse(ending.output.utf8)
    shown = result["shown"]?.string ?? ""
    status = result["status"]?.integer ?? -999
    echoes = result["echo"]?.bool ?? false
    if let step = result["failure"], !step.isNull { throw Missing(step: step, shown: shown) }
  }
}
