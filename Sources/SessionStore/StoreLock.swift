internal import CSystemCalls
internal import Glibc

/// Holds the store for one process: an flock on a file of its own, which goes with the process however it ends.
///
/// Not on the database file: closing any descriptor of that would drop SQLite's own locks.
final class StoreLock: Sendable {
  private let descriptor: Int32

  init(storePath: String) throws(StoreError) {
    let path = storePath + ".lock"
    descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      switch errno {
      case ENOSPC, EDQUOT: throw .diskFull(path: storePath)
      case EROFS, EACCES, EPERM: throw .readOnly(path: storePath)
      default: throw .failed(path: path, why: String(cString: strerror(errno)))
      }
    }
    guard csystem_lock_exclusive(descriptor) == 0 else {
      let isHeld = errno == EWOULDBLOCK
      Glibc.close(descriptor)
      throw isHeld ? .alreadyInUse(path: storePath) : .failed(path: path, why: String(cString: strerror(errno)))
    }
  }

  deinit {
    csystem_unlock(descriptor)
    Glibc.close(descriptor)
  }
}
