/// The `lock` file of a data directory, which a running server holds (tsdb/tsdbutil/dir_locker.go).
///
/// A server that stops in good order removes it; one that was killed leaves it behind.
public enum LockState: Equatable, Sendable {
  /// There is none: nothing runs here, or runs with `--storage.tsdb.no-lockfile`.
  case absent
  /// It is there and nobody holds it: the last server did not stop in good order.
  case left
  /// A process holds it: a server is running on the directory.
  case held
  /// It is there and could not be asked.
  case unknown(FileError)

  /// The state of the lock file at `path`, which is left as it is.
  static func of(_ path: String) -> LockState {
    do {
      return try FileSystem.isLocked(path) ? .held : .left
    } catch {
      return .unknown(error)
    }
  }
}
