/// What a pool asks of a password, and how it says what is missing.
struct PasswordPolicy: Codable, Sendable, Equatable {
  var minimumLength = 8
  var requireUppercase = true
  var requireLowercase = true
  var requireNumbers = true
  var requireSymbols = true

  private static let symbols = Set("^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+= ")
  private static let prefix = "Password did not conform with policy: "

  func check(_ password: String) throws(ServiceError) {
    guard let problem = problem(password) else { return }
    throw ServiceError(name: "InvalidPasswordException", message: Self.prefix + problem)
  }

  private func problem(_ password: String) -> String? {
    if password.utf16.count < minimumLength { return "Password not long enough" }
    if requireUppercase, !password.contains(where: { "A"..."Z" ~= $0 }) {
      return "Password must have uppercase characters"
    }
    if requireLowercase, !password.contains(where: { "a"..."z" ~= $0 }) {
      return "Password must have lowercase characters"
    }
    if requireNumbers, !password.contains(where: { "0"..."9" ~= $0 }) {
      return "Password must have numeric characters"
    }
    if requireSymbols, !password.contains(where: Self.symbols.contains) {
      return "Password must have symbol characters"
    }
    return nil
  }

  /// The model's limits on any password (`PasswordType`): no white space, at most 256 characters.
  static func checkForm(_ password: String, at path: String) throws(ServiceError) {
    var problems: [String] = []
    let isBlank = { (byte: UInt8) in byte == 0x20 || 0x09...0x0D ~= byte }
    if password.isEmpty || password.utf8.contains(where: isBlank) {
      problems.append("Member must satisfy regular expression pattern: [\\S]+")
    }
    if password.utf16.count > 256 { problems.append("Member must have length less than or equal to 256") }
    guard !problems.isEmpty else { return }
    throw ServiceError.constraints(problems.map { "Value at '\(path)' failed to satisfy constraint: \($0)" })
  }
}

extension ServiceError {
  /// The wording of a request that breaks the model's constraints.
  static func constraints(_ problems: [String], as name: String = "InvalidParameterException") -> ServiceError {
    let count = problems.count == 1 ? "1 validation error" : "\(problems.count) validation errors"
    return ServiceError(name: name, message: "\(count) detected: \(problems.joined(separator: "; "))")
  }
}
