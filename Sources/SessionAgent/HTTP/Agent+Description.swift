internal import NIOCore
internal import NIOHTTP1

extension Agent {
  /// The OpenAPI description of this socket.
  func getDescription(_ request: Request) throws -> Reply {
    try request.allowOnly()
    return .now(
      Response(status: .ok, contentType: "application/yaml", body: ByteBuffer(string: APIDescription.text)))
  }
}
