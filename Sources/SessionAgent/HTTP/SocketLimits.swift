internal import NIOCore

/// What the socket's clients are held to.
struct SocketLimits: Sendable {
  /// How many connections there may be.
  var connections = 4096
  /// How long a client may take to send a request.
  var timeForRequest = TimeAmount.seconds(10)
  /// How long nothing was heard of a client that has to go where there is no room for another.
  var timeBeforeIdle = TimeAmount.seconds(1)
}
