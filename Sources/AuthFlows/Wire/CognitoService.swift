internal import SessionCrypto
internal import SessionModel
internal import WireJSON

/// One user pool endpoint: AWS JSON 1.1 over HTTPS.
struct CognitoService {
  /// The service's address, with its slash at the end.
  var endpoint: String
  var transport: any ProviderTransport
  var clock: any Clock
  /// Hears what the pool says of passwords that it refuses.
  var passwordRules: (any PasswordRules)?

  /// What signs the requests, where an operation is an administrator's.
  var signer: RequestSigner?

  /// Asks for an operation.
  ///
  /// - Throws: `ProviderFailure` for every answer but HTTP 200, and for none.
  func call(
    _ operation: Operation, _ body: [JSONMember], for purpose: Purpose
  ) async throws(ProviderFailure) -> ServiceAnswer {
    let response = try await send(request(operation, body))
    let now = clock.now().wall
    guard response.status == 200 else {
      var error = ServiceError(response, now: now)
      // A provider that repeats what it was sent must not bring it into a log or onto a screen.
      if let message = error.message, JSONValue.object(body).hasSecret(in: message) { error.quotable = nil }
      if error.name == "InvalidPasswordException", let sentence = error.quotable {
        await passwordRules?.learn(sentence)
      }
      throw ProviderFailure(error, for: purpose)
    }
    return ServiceAnswer(response, receivedAt: now)
  }

  private func request(_ operation: Operation, _ body: [JSONMember]) -> ProviderRequest {
    ProviderRequest(
      url: endpoint, method: .post,
      headers: [
        ("Content-Type", "application/x-amz-json-1.1"),
        ("X-Amz-Target", "AWSCognitoIdentityProviderService.\(operation.rawValue)"),
        ("Cache-Control", "no-store"),
        ("Accept", "application/x-amz-json-1.1, application/json"),
      ], body: Secret(json: .object(body)))
  }

  /// Sends a request, signed where there is a signer: by our clock, and where that is wrong, once more by the
  /// provider's.
  private func send(_ request: ProviderRequest) async throws(ProviderFailure) -> ProviderResponse {
    guard let signer else { return try await exchange(request) }
    let now = clock.now().wall
    let response = try await exchange(CognitoService.signed(request, by: signer, at: now))
    guard response.status != 200, let date = response.receivedDate,
      abs(date.milliseconds - now.milliseconds) > RequestSigner.skewMilliseconds,
      let name = ServiceError(response, now: now).name, RequestSigner.skewErrors.contains(name)
    else { return response }
    return try await exchange(CognitoService.signed(request, by: signer, at: date))
  }

  private static func signed(
    _ request: ProviderRequest, by signer: RequestSigner, at time: Timestamp
  ) throws(ProviderFailure) -> ProviderRequest {
    var request = request
    do throws(DigestError) {
      request.headers = try signer.signed(request, at: time)
    } catch {
      throw ProviderFailure(.offline, Problem(.internal, error.description))
    }
    return request
  }

  private func exchange(_ request: ProviderRequest) async throws(ProviderFailure) -> ProviderResponse {
    do throws(TransportError) {
      return try await transport.send(request)
    } catch {
      throw ProviderFailure(error)
    }
  }
}

/// A success, whose body is still to be read.
struct ServiceAnswer {
  var body: Secret
  /// For problems: the status and the request's id.
  var answer: ProviderAnswer
  /// When it came, by our clock.
  var receivedAt: Timestamp
  /// When it came, by the provider's clock.
  var providerDate: Timestamp?
  /// What it says to be.
  private let contentType: String?

  init(_ response: ProviderResponse, receivedAt: Timestamp) {
    body = response.body
    answer = ServiceError(response, now: receivedAt).answer
    answer.code = nil
    self.receivedAt = receivedAt
    providerDate = response.receivedDate
    contentType = response.header("content-type")
  }

  /// The best knowledge of the time at which the provider answered: its own.
  var providerTime: Timestamp { providerDate ?? receivedAt }

  /// Reads the body, a JSON object; `member` takes or skips each member.
  ///
  /// - Throws: `ProviderFailure` (trouble, the answer is lost) where it is none.
  func read(_ member: (String, inout JSONReader) throws -> Void) throws(ProviderFailure) {
    do {
      try body.withRevealedBytes { bytes in try JSONReader.read(bytes) { try $0.object(member) } }
    } catch {
      throw unusable()
    }
  }

  /// Makes sure that the success of an operation without output is the service's: an empty body or a JSON object, under
  /// the service's own type. Whatever else answers 200 on the way there may well speak JSON.
  func expectNothing() throws(ProviderFailure) {
    let isServices = contentType?.lowercased().hasPrefix("application/x-amz-json") ?? body.isEmpty
    guard isServices else { throw unusable() }
    if !body.isEmpty { try read { try $1.skip() } }
  }

  /// The failure for a success that can't be used.
  func unusable() -> ProviderFailure {
    .unusable("What the provider answered is not what it must be.", answer)
  }
}
