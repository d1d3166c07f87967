import Testing

@testable import CognitoPool

@Suite struct SeedTests {
  /// The contract's own example.
  private let full = #"""
    {"user_pools":[{"id":"us-east-1_demo","name":"demo","mfa":"OPTIONAL","username_attributes":[],
      "alias_attributes":["email"],"case_sensitive":false,"auto_verified":["email"],
      "password_policy":{"minimum_length":8,"require_uppercase":true,"require_lowercase":true,"require_numbers":true,
        "require_symbols":true},
      "device_tracking":"opt_in","custom_challenges":[{"parameters":{"question":"2+2"},"answer":"4"}],
      "clients":[{"id":"democlient","name":"demo","secret":null,
        "flows":["ALLOW_USER_SRP_AUTH","ALLOW_REFRESH_TOKEN_AUTH"],"access_token_seconds":60,"id_token_seconds":60,
        "refresh_token_seconds":86400,"session_seconds":180,"rotation":{"enabled":true,"grace_seconds":30},
        "prevent_user_existence_errors":true,"callback_urls":["http://127.0.0.1:8976/callback"],"logout_urls":[],
        "scopes":["openid"]}],
      "users":[{"username":"u","password":"Passw0rd!","status":"CONFIRMED","enabled":true,
        "attributes":{"email":"u@example.org","email_verified":"true"},
        "totp_secret":"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ","preferred_mfa":"SOFTWARE_TOKEN_MFA"}]}],
     "identity_pools":[{"id":"us-east-1:00000000-0000-0000-0000-000000000001","allow_guests":true,
      "allow_classic":true,"credentials_seconds":3600,
      "providers":[{"user_pool_id":"us-east-1_demo","client_id":"democlient"}],
      "roles":{"authenticated":"arn:aws:iam::1:role/a","unauthenticated":"arn:aws:iam::1:role/b"}}]}
    """#

  @Test func `the contract's example is read whole`() throws {
    let seed = try Seed(parsing: [UInt8](full.utf8))
    let pool = try #require(seed.userPools.first)
    #expect(pool.mfa == .optional)
    #expect(pool.deviceTracking == .optIn)
    #expect(pool.customChallenges == [.init(parameters: ["question": "2+2"], answer: "4")])
    let client = try #require(pool.clients.first)
    #expect(client.rotation == .init(enabled: true, graceSeconds: 30))
    #expect(client.flows == [.userSRP, .refreshToken])
    #expect(client.callbackURLs == ["http://127.0.0.1:8976/callback"])
    #expect(pool.users.first?.enabledFactors == [.softwareToken])
    #expect(seed.identityPools.first?.name == "00000000-0000-0000-0000-000000000001")
    #expect(seed.identityPools.first?.roles["authenticated"] == "arn:aws:iam::1:role/a")
  }

  @Test(arguments: [
    (#"{"user_pool":[]}"#, "user_pool: is not a known member"),
    (#"{"user_pools":[{}]}"#, "user_pools[0].id: is missing"),
    (#"{"user_pools":[{"id":"nounderscore"}]}"#, "user_pools[0].id: must match"),
    (#"{"user_pools":[{"id":"a_b","colour":1}]}"#, "user_pools[0].colour: is not a known member"),
    (#"{"user_pools":[{"id":"a_b","mfa":"SOMETIMES"}]}"#, "user_pools[0].mfa: must be one of OFF, OPTIONAL, ON"),
    (#"{"user_pools":[{"id":"a_b","case_sensitive":"yes"}]}"#, "user_pools[0].case_sensitive: must be true or false"),
    (#"{"user_pools":[{"id":"a_b"},{"id":"a_b"}]}"#, "user_pools: the id a_b is there twice"),
    (
      #"{"user_pools":[{"id":"a_b","clients":[{"id":"c","flow":[]}]}]}"#,
      "user_pools[0].clients[0].flow: is not a known member"
    ),
    (
      #"{"user_pools":[{"id":"a_b","clients":[{"id":"c","flows":["ALLOW_ALL"]}]}]}"#,
      "user_pools[0].clients[0].flows: ALLOW_ALL is not a known flow"
    ),
    (
      #"{"user_pools":[{"id":"a_b","clients":[{"id":"c","rotation":{"grace_seconds":61}}]}]}"#,
      "user_pools[0].clients[0].rotation.grace_seconds: must be between 0 and 60"
    ),
    (
      #"{"user_pools":[{"id":"a_b","clients":[{"id":"c","access_token_seconds":9223372036854775807}]}]}"#,
      "user_pools[0].clients[0].access_token_seconds: must be between 1 and 315360000"
    ),
    (
      #"{"user_pools":[{"id":"a_b","clients":[{"id":"c","secret":"short"}]}]}"#,
      "user_pools[0].clients[0].secret: must be 24 to 64 characters"
    ),
    (
      #"{"user_pools":[{"id":"a_b","users":[{"username":"u","totp_secret":"0"}]}]}"#,
      "user_pools[0].users[0].totp_secret: must be base32"
    ),
    (#"{"identity_pools":[{"id":"x"}]}"#, "identity_pools[0].id: must match"),
    (#"{"user_pools":{}}"#, "user_pools: must be an array"), (#"[]"#, "must be an object"), ("{", "is not JSON"),
  ])
  func `a seed that is wrong is refused with the member's name`(text: String, sentence: String) {
    let error = #expect(throws: MemberError.self) { try Seed(parsing: [UInt8](text.utf8)) }
    #expect(error?.description.hasPrefix(sentence) == true, "\(error?.description ?? "")")
  }

  @Test(arguments: [
    (["email"], [], "ann", "Username should be an email."),
    (["email", "phone_number"], [], "ann", "Username should be either an email or a phone number."),
    (
      [], ["email"], "ann@example.org",
      "Username cannot be of email format, since user pool is configured for email alias."
    ),
  ])
  func `a name that the pool would not take is refused in its words`(
    attributes: [String], aliases: [String], name: String, sentence: String
  ) {
    let error = #expect(throws: MemberError.self) {
      try TestPool(
        pool: ["username_attributes": .strings(attributes), "alias_attributes": .strings(aliases)],
        user: ["username": .string(name)])
    }
    #expect(error?.description == "user_pools[0].users[0].username: \(sentence)")
  }
}
