internal import Glibc

/// Which file a path names: another one after it was removed and made anew.
struct FileIdentity: Equatable {
  private let device: dev_t
  private let inode: ino_t

  /// Nil where there is none.
  init?(_ path: String) {
    var facts = stat()
    guard lstat(path, &facts) == 0 else { return nil }
    (device, inode) = (facts.st_dev, facts.st_ino)
  }
}
