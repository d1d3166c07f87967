import SessionAPI
import SessionModel
import Testing
import WireJSON

@Suite("Secret members")
struct SecretMemberTests {
  private func shown(_ value: Any) -> String {
    var dumped = ""
    dump(value, to: &dumped)
    return "\(value) \(dumped)"
  }

  @Test("go into a Secret, however deep, and are not shown")
  func guarded() throws {
    let token = try TokenDocument.read(Examples.token)
    #expect(token.token == Secret(copyingUTF8: "e.y.J") && !shown(token).contains("e.y.J"))
    let answer = try AnswerDocument.read(#"{"step":2,"value":"hunter2"}"#)
    #expect(answer.answer.value == Secret(copyingUTF8: "hunter2") && !shown(answer).contains("hunter2"))
    let unlock = try UnlockDocument.read(#"{"passphrase":"hunter2"}"#)
    #expect(unlock.passphrase == Secret(copyingUTF8: "hunter2") && !shown(unlock).contains("hunter2"))
    let profile = try ProfileDocument.read(#"{"provider":"cognito","client_secret":"hunter2"}"#)
    #expect(profile.clientSecret == .set(Secret(copyingUTF8: "hunter2")) && !shown(profile).contains("hunter2"))
    let request = try LoginRequestDocument.read(Examples.loginRequest.replacing("\"k\"", with: "\"hunter2\""))
    #expect(!shown(request).contains("hunter2"))
    let setUp = Examples.login(#"{"number":2,"kind":"mfa_setup","error":null,"secret":"JBSW","otpauth_uri":"otpauth"}"#)
    #expect(!shown(try LoginDocument.read(setUp)).contains("JBSW"))
  }

  @Test("are found below objects, in arrays not looked for, and null stays null")
  func parsing() throws {
    let text = Array(#"{"a":{"k":"x"},"k":null,"l":["k",1],"n":1}"#.utf8)
    let value = try text.withUnsafeBytes { try JSONValue.parse($0, guarding: ["k"]) }
    #expect(value == ["a": ["k": .secret(Secret(copyingUTF8: "x"))], "k": nil, "l": ["k", 1], "n": 1])
  }

  @Test("of another type than a string are refused by name")
  func wrongType() {
    #expect(throws: JSONError.wrongType(expected: "a string", member: "value")) {
      try AnswerDocument.read(#"{"step":1,"value":5}"#)
    }
  }

  @Test("an answer needs a value unless the code is to be sent again, and says only what it has")
  func answers() throws {
    #expect(throws: JSONError.missingMember("value")) { try AnswerDocument.read(#"{"step":1}"#) }
    #expect(try AnswerDocument.rewritten(#"{"step":1,"resend":true}"#) == #"{"step":1,"resend":true}"#)
    let full = #"{"step":1,"value":"v","attributes":{"a":"1","b":"2"},"device_name":"d"}"#
    #expect(try AnswerDocument.rewritten(full) == full)
    #expect(try UnlockDocument.rewritten("{}") == "{}")
    let place = #"{"pinentry":{"display":":0","ttyname":"/dev/pts/1","lc_ctype":"C"}}"#
    #expect(try UnlockDocument.rewritten(place) == place)
    #expect(throws: JSONError.unknownMember("x")) { try UnlockDocument.read(#"{"pinentry":{"x":"1"}}"#) }
  }
}
