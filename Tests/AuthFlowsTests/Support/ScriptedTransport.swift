import AuthFlows
import SessionModel
import Synchronization
import Testing
import WireJSON

/// A request as the provider would read it.
struct SeenRequest: Sendable {
  var url: String
  var method: ProviderRequest.Method
  var headers: [String: String]
  var body: JSONValue

  var operation: String { headers["X-Amz-Target"]?.split(separator: ".").last.map(String.init) ?? "GET" }
}

/// A provider that answers request after request by a script, and refuses to be asked more than that. For faults and
/// exact answers; what a pool makes of our proofs is the local pool's to say.
final class ScriptedTransport: ProviderTransport {
  typealias Answer = @Sendable (SeenRequest) throws -> Reply

  enum Reply: Sendable {
    case response(ProviderResponse)
    case failure(TransportError)
  }

  private let script: Mutex<[Answer]>
  private let seen = Mutex<[SeenRequest]>([])

  init(_ script: [Answer]) { self.script = Mutex(script) }

  var requests: [SeenRequest] { seen.withLock { $0 } }
  var isFinished: Bool { script.withLock { $0.isEmpty } }

  func send(_ request: ProviderRequest) async throws(TransportError) -> ProviderResponse {
    let body = request.body.withRevealedBytes { Array($0) }
    let read = SeenRequest(
      url: request.url, method: request.method, headers: Dictionary(uniqueKeysWithValues: request.headers),
      body: (try? JSONValue.parse(body)) ?? .null)
    seen.withLock { $0.append(read) }
    let answer = script.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    do {
      guard let reply = try answer?(read) else {
        Issue.record("The script has no answer for \(read.operation).")
        throw TransportError.connect(host: "script")
      }
      switch reply {
      case .response(let response): return response
      case .failure(let error): throw error
      }
    } catch let error as TransportError {
      throw error
    } catch {
      Issue.record("The script failed: \(error)")
      throw TransportError.connect(host: "script")
    }
  }
}

extension ScriptedTransport.Reply {
  /// A success of the service.
  static func ok(_ body: JSONValue, date: String? = "Thu, 05 Nov 2026 07:04:09 GMT") -> Self {
    var headers = [("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-RequestId", "request-1")]
    if let date { headers.append(("Date", date)) }
    return .response(
      ProviderResponse(status: 200, headers: headers, body: Secret(copying: body.serialized())))
  }

  /// A refusal of the service.
  static func refusal(
    _ name: String, _ message: String, status: Int = 400, headers: [(String, String)] = []
  ) -> Self {
    let body: JSONValue = ["__type": .string(name), "message": .string(message)]
    return .response(
      ProviderResponse(
        status: status,
        headers: [("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-requestid", "request-2")] + headers,
        body: Secret(copying: body.serialized())))
  }

  /// Anything.
  static func raw(_ status: Int, _ contentType: String, _ body: String) -> Self {
    .response(
      ProviderResponse(status: status, headers: [("Content-Type", contentType)], body: Secret(copyingUTF8: body)))
  }
}
