import CSystemCalls
import Foundation
import Glibc
import WireJSON

/// A scripted agent on the place's socket; ends with the value.
final class FakeAgent: Sendable {
  private let place: Place
  private let process: Child
  /// The file in the place that has what was asked so far.
  static let record = "requests.log"

  /// A request as the fake saw it.
  struct Request: Sendable {
    var line: String
    var headers: JSONValue
    var body: JSONValue?
  }

  /// Answers by "METHOD /path"; the last of a list is repeated.
  init(_ place: Place, _ script: [String: [JSONValue]], uid: uid_t? = nil) throws {
    self.place = place
    let members = script.map { JSONMember($0.key, .array($0.value)) }
    let file = try place.write(JSONValue.object(members).text, to: "script.json")
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw POSIXError(.EMFILE) }
    for end in ends { _ = csystem_set_close_on_exec(end) }
    defer { close(ends[0]) }
    let arguments = [Programs.fixture("fake_agent.py"), place.socket, file] + (uid.map { [String($0)] } ?? [])
    process = try Child(
      "/usr/bin/env", ["python3"] + arguments, environment: ProcessInfo.processInfo.environment,
      output: place.path + "/" + FakeAgent.record, errors: place.path + "/fake.log", report: ends[1])
    close(ends[1])
    // One byte once it listens; the end where it failed.
    var byte: UInt8 = 0
    guard Glibc.read(ends[0], &byte, 1) == 1 else { throw POSIXError(.ECONNREFUSED) }
  }

  deinit {
    kill(process.pid, SIGKILL)
    _ = process.wait()
  }

  /// What was asked so far.
  var requests: [Request] {
    place.read(FakeAgent.record).split(separator: "\n").compactMap { line in
      guard let json = try? JSONValue.parse(line.utf8), let request = json["request"]?.string else { return nil }
      let body = json["body"]?.string ?? ""
      return Request(line: request, headers: json["headers"] ?? [:], body: try? JSONValue.parse(body.utf8))
    }
  }
}

/// Answers that many tests need.
enum Answers {
  static func ok(_ body: JSONValue, status: Int64 = 200) -> JSONValue { ["status": .integer(status), "body": body] }

  static func problem(_ status: Int64, _ code: String, _ detail: String, _ more: [JSONMember] = []) -> JSONValue {
    let members: [JSONMember] = [
      JSONMember("type", "about:blank"), JSONMember("title", "T"), JSONMember("status", .integer(status)),
      JSONMember("detail", .string(detail)), JSONMember("code", .string(code)),
    ]
    return ok(.object(members + more), status: status)
  }

  static let noContent: JSONValue = ["status": 204]

  static func session(_ name: String, state: String = "active", username: String = "u") -> JSONValue {
    [
      "name": .string(name), "profile": .string(name), "provider": "cognito", "issuer": "https://i", "subject": "s",
      "username": .string(username), "scopes": [], "state": .string(state), "reason": nil, "generation": 3,
      "access_token_expires_at": "2099-01-01T00:00:00Z", "id_token_expires_at": nil, "refresh_token_expires_at": nil,
      "signed_in_at": nil, "last_refresh_at": nil, "next_refresh_at": nil, "last_error": nil,
    ]
  }

  static func sessions(_ names: String...) -> JSONValue { ok(["sessions": .array(names.map { session($0) })]) }

  static func profiles(_ names: String...) -> JSONValue {
    ok(["profiles": .array(names.map { ["name": .string($0), "provider": "cognito", "client_id": "c"] })])
  }

  static func token(_ session: String = "work", stale: Bool = false) -> JSONValue {
    ok([
      "token": "TO.K.EN", "token_type": "Bearer", "type": "access", "expires_at": "2099-01-01T00:00:00Z",
      "expires_in": 100, "generation": 3, "session": .string(session), "stale": .bool(stale),
    ])
  }

  static func keystore(_ state: String, slots: JSONValue = []) -> JSONValue {
    ok([
      "state": .string(state), "key_source": "passphrase", "path": "/k", "schema": nil, "last_error": nil,
      "slots": slots,
    ])
  }

  static func status(_ sessions: JSONValue..., keystore: String = "unlocked") -> JSONValue {
    ok([
      "agent": [
        "version": "0.1.0", "pid": 1, "uptime_seconds": 1, "socket": "/s", "network": "online",
        "keystore": ["state": .string(keystore), "key_source": nil],
      ],
      "sessions": .array(sessions), "pending": [], "forwards": [],
    ])
  }

  /// A login at a step of that kind.
  static func login(_ number: Int64, _ kind: String, _ more: [JSONMember] = [], refused: String? = nil) -> JSONValue {
    let error: JSONValue =
      refused.map {
        ["code": "credentials_refused", "reason": "wrong_code", "message": .string($0), "attempts_left": nil]
      }
      ?? nil
    let head = [
      JSONMember("number", .integer(number)), JSONMember("kind", .string(kind)), JSONMember("error", error),
    ]
    return ok([
      "id": "0f", "profile": "work", "session": "work", "flow": "srp", "created_at": "2026-11-22T20:00:00Z",
      "expires_at": "2026-11-22T20:15:00Z", "step": .object(head + more),
    ])
  }

  static let signedIn = login(9, "done", [JSONMember("session", session("work"))])

  /// A profile, an open store, no session, and a login that begins with that step.
  static func loginScript(_ first: JSONValue, answers: [JSONValue]) -> [String: [JSONValue]] {
    [
      "GET /v1/keystore": [keystore("unlocked")], "GET /v1/profiles": [profiles("work")],
      "GET /v1/sessions": [sessions()], "POST /v1/logins": [first], "POST /v1/logins/0f/answer": answers,
      "DELETE /v1/logins/0f": [noContent],
    ]
  }
}
