import SessionAPI
import SessionModel
import Testing
import WireJSON

@Suite("Documents of the socket")
struct DocumentTests {
  @Test("are written, byte for byte, as the contract's examples")
  func examples() throws {
    #expect(try StatusDocument.rewritten(Examples.status) == Examples.status)
    #expect(try SessionDocument.rewritten(Examples.session) == Examples.session)
    #expect(try TokenDocument.rewritten(Examples.token) == Examples.token)
    #expect(try ClaimsDocument.rewritten(Examples.claims) == Examples.claims)
    #expect(try SignOutDocument.rewritten(Examples.signOut) == Examples.signOut)
    #expect(try KeystoreDocument.rewritten(Examples.keystore) == Examples.keystore)
    let check = #"{"rows":null,"findings":[{"subject":"session work","detail":"A sealed value of it does not open."}]}"#
    #expect(try KeystoreCheckDocument.rewritten(check) == check)
    #expect(try EventDocument.rewritten(Examples.event) == Examples.event)
    #expect(try LoginRequestDocument.rewritten(Examples.loginRequest) == Examples.loginRequest)
    #expect(try ProblemDocument.rewritten(Examples.problem) == Examples.problem)
    #expect(try ForwardDocument.rewritten(Examples.forward) == Examples.forward)
    let sessions = "{\"sessions\":[\(Examples.session)]}"
    #expect(try SessionsDocument.rewritten(sessions) == sessions)
  }

  @Test("a login is, at a step of every kind", arguments: Examples.steps)
  func logins(step: String) throws {
    let text = Examples.login(step)
    #expect(try LoginDocument.rewritten(text) == text)
  }

  @Test("only done and failed end a login")
  func finalSteps() throws {
    let endings = try Examples.steps.map { try LoginStepDocument.read($0) }.filter(\.isFinal).map(\.kind.name)
    #expect(endings == ["done", "failed"])
  }

  @Test("write null for what is absent")
  func nulls() throws {
    let session = SessionDocument(
      name: try #require(Name("a")), profile: try #require(Name("b")), provider: "cognito", issuer: "i", subject: nil,
      username: nil, scopes: [], state: .locked, generation: Generation(1), accessTokenExpiresAt: nil,
      idTokenExpiresAt: nil, signedInAt: nil)
    let members = try #require(session.json.object)
    #expect(members.count == 18)
    #expect(members.filter(\.value.isNull).count == 10)
  }

  @Test("say which member is missing, of the wrong type or outside its values")
  func errors() {
    #expect(throws: JSONError.missingMember("expires_at")) {
      try TokenDocument.read(#"{"token":"t","token_type":"Bearer","type":"access"}"#)
    }
    #expect(throws: JSONError.wrongType(expected: "an integer", member: "step")) {
      try AnswerDocument.read(#"{"step":"1","value":"x"}"#)
    }
    #expect(throws: JSONError.invalidValue(member: "everywhere", allowed: "one of done, not_done")) {
      try SignOutDocument.read(#"{"session":"a","revocation":"done","everywhere":"maybe"}"#)
    }
    #expect(throws: JSONError.self) { try SignOutDocument.read(#"{"session":"../x","revocation":"done"}"#) }
    #expect(throws: JSONError.wrongType(expected: "an object", member: nil)) { try UnlockDocument.read("[]") }
  }

  @Test("of an answer may have members that a client does not know")
  func newerAgent() throws {
    let text = #"{"session":"a","revocation":"none","everywhere":null,"later":{"x":[1]}}"#
    #expect(try SignOutDocument.read(text).revocation == .none)
  }

  @Test("of a request may not, and the member is named")
  func strictRequests() {
    #expect(throws: JSONError.unknownMember("x")) { try UnlockDocument.read(#"{"x":1}"#) }
    #expect(throws: JSONError.unknownMember("x")) { try AnswerDocument.read(#"{"step":1,"value":"v","x":1}"#) }
    #expect(throws: JSONError.unknownMember("x")) { try LoginRequestDocument.read(#"{"profile":"a","x":1}"#) }
    #expect(throws: JSONError.unknownMember("x")) { try ProfileDocument.read(#"{"provider":"oidc","x":1}"#) }
  }

  @Test("an event is a block of the stream")
  func serverSentEvent() throws {
    let event = try EventDocument.read(Examples.event)
    let text = String(decoding: event.serverSentEvent, as: UTF8.self)
    #expect(text == "id: 7f3a-41\nevent: session.refreshed\ndata: \(Examples.event)\n\n")
    #expect(event.session == Name("work") && event["generation"]?.integer == 4)
  }

  @Test("a problem's status may be finer than its code's, and a login is named only where one is concerned")
  func problems() throws {
    let finer = ProblemDocument(Problem(.invalidRequest, "Not this method."), status: 405)
    #expect(finer.json["status"]?.integer == 405 && finer.json["login_id"] == nil)
    let conflict = ProblemDocument(Problem(.conflict, "A login waits.", loginID: "0f"))
    #expect(conflict.json["login_id"]?.string == "0f" && conflict.status == 409)
    #expect(try ProblemDocument(json: conflict.json) == conflict && ProblemDocument(json: finer.json) == finer)
  }
}
