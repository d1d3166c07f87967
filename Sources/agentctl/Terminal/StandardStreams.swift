import Glibc

/// Descriptors 0, 1 and 2, which a caller may have left closed.
enum StandardStreams {
  /// Opens those that are closed, so that no socket or other file of ours gets their number: nothing can be read from
  /// them, and writing to them still fails.
  static func fill() {
    // The lowest free number is taken: in this order each lands where it belongs.
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) < 0 {
      _ = open("/dev/null", O_RDONLY)
    }
  }
}
