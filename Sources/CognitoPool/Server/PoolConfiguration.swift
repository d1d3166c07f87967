/// How to run a pool.
public struct PoolConfiguration: Sendable {
  /// Nil: the port kept in the data folder, or a free one.
  public var listen: ListenAddress?
  /// Nil: a temporary folder that goes when the pool stops.
  public var dataFolder: String?
  /// Pools for the first start; those that the data folder has already stay as they are.
  public var seedFile: String?
  /// A PEM chain: the pool speaks https.
  public var tlsCertificate: String?
  /// The key of `tlsCertificate`.
  public var tlsKey: String?
  /// What issuers begin with, when it is not where the pool listens.
  public var publicURL: String?

  /// A pool on a free port with a temporary folder.
  public init() {}
}

/// Why a pool did not start.
public enum PoolStartError: Error, CustomStringConvertible {
  /// An argument that makes no sense.
  case usage(String)
  /// A seed, certificate or data folder that can't be used.
  case configuration(String)
  /// The machine refused: the port is taken, the disk full.
  case system(String)

  /// One sentence.
  public var description: String {
    switch self {
    case .usage(let sentence), .configuration(let sentence), .system(let sentence): sentence
    }
  }
}
