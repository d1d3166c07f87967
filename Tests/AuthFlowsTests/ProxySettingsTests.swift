import SessionModel
import Testing

@testable import AuthFlows

@Suite("Proxy")
struct ProxySettingsTests {
  @Test("the usual forms of HTTPS_PROXY are read")
  func forms() throws {
    let plain = try #require(try ProxySettings(httpsProxy: "http://proxy.example.org:3128/", noProxy: nil))
    #expect((plain.host, plain.port) == ("proxy.example.org", 3128))
    #expect(plain.credentials == nil)
    let bare = try #require(try ProxySettings(httpsProxy: "proxy", noProxy: nil))
    #expect((bare.host, bare.port) == ("proxy", 8080))
    let user = try #require(try ProxySettings(httpsProxy: "http://me:p%40ss%3A@proxy:1", noProxy: nil))
    #expect(user.credentials?.user.revealString() == "me")
    #expect(user.credentials?.password.revealString() == "p@ss:")
    #expect(try ProxySettings(httpsProxy: "", noProxy: nil) == nil)
    #expect(try ProxySettings(httpsProxy: nil, noProxy: "x") == nil)
  }

  @Test(
    "what can't be used is refused",
    arguments: [
      "socks5://proxy:1", "https://proxy:1", "http://", "http://a:b:c", "http://proxy:0", "http://a%4@proxy:1",
    ])
  func malformed(_ text: String) {
    #expect(throws: ProxySettings.Failure.malformed) { try ProxySettings(httpsProxy: text, noProxy: nil) }
  }

  @Test("SECURITY 26: a proxy's credentials are never shown")
  func shown() throws {
    let settings = try #require(try ProxySettings(httpsProxy: "http://me:hunter2@proxy:1", noProxy: nil))
    var dumped = ""
    dump(settings, to: &dumped)
    for text in ["\(settings)", String(reflecting: settings), dumped, "\(Optional(settings) as Any)"] {
      #expect(!text.contains("hunter2"))
      #expect(!text.contains("me:"))
    }
  }

  @Test("this machine and the hosts of NO_PROXY are reached without it")
  func exceptions() throws {
    let settings = try #require(
      try ProxySettings(httpsProxy: "proxy:1", noProxy: "example.org, .internal,10.0.0.1"))
    func applies(_ url: String) throws -> Bool { settings.applies(to: try ProviderAddress(url)) }
    #expect(try applies("https://cognito-idp.us-east-1.amazonaws.com/"))
    #expect(try applies("https://notexample.org/"))
    #expect(try !applies("https://example.org/"))
    #expect(try !applies("https://a.example.org/"))
    #expect(try !applies("https://b.internal/"))
    #expect(try !applies("https://10.0.0.1/"))
    #expect(try !applies("http://127.0.0.1:9/"))
    #expect(try !applies("https://localhost/"))
    let none = try #require(try ProxySettings(httpsProxy: "proxy:1", noProxy: "*"))
    #expect(!none.applies(to: try ProviderAddress("https://example.net/")))
  }
}
