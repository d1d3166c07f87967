import NIOCore
import NIOPosix

/// A running pool.
public final class PoolServer: Sendable {
  /// One line of JSON that says where the pool is and what it has.
  public let readyLine: String
  /// The base URL, without a slash at its end.
  public let url: String
  private let group: MultiThreadedEventLoopGroup
  private let channel: any Channel
  private let folder: DataFolder

  init(readyLine: String, url: String, group: MultiThreadedEventLoopGroup, channel: any Channel, folder: DataFolder) {
    self.readyLine = readyLine
    self.url = url
    self.group = group
    self.channel = channel
    self.folder = folder
  }

  /// Starts a pool; `log` gets one line for each request.
  public static func start(
    _ configuration: PoolConfiguration, log: @escaping @Sendable (String) -> Void
  ) async throws(PoolStartError) -> PoolServer {
    let random = SystemRandomSource()
    let start = PoolStart(
      configuration: configuration, clock: PoolClock(), random: random,
      makeKeys: { try PoolKeys(random: random) }, log: log)
    return try await start.run()
  }

  /// Closes every connection and lets go of the data folder.
  public func stop() async {
    try? await channel.close()
    try? await group.shutdownGracefully()
    folder.release()
  }
}
