/// The `lock` file of a data directory, which a running server holds (tsdb/tsdbutil/dir_locker.go).
///
/// A server that stops in good order removes it; one that was killed leaves it behind.
public enum LockState: Equatable, Sendable {
  /// There is none, and nothing is seen to run here.
  case absent
  /// It is there and nobody holds it: the last server did not stop in good order.
  case left
  /// A process holds it: a server is running on the directory.
  case held
  /// Nobody holds it, and a process has files of the directory open for writing: a server that takes no lock
  /// (`--storage.tsdb.no-lockfile`; Debian's 2.x without `--storage.tsdb.use-lockfile`), or whose lock file
  /// was removed.
  case inUse(DirectoryUser)
  /// It is there and could not be asked.
  case unknown(FileError)

  /// True where a process is at work on the directory, be it that it holds the lock or not.
  public var isHeld: Bool {
    switch self {
    case .held, .inUse: true
    case .absent, .left, .unknown: false
    }
  }

  /// What keeps a change of the directory away, for a message; nil where nothing does.
  public var obstacle: String? {
    switch self {
    case .held: "a running process holds the lock"
    case .inUse(let user):
      "\(user.text) has files of it open for writing, without holding the lock"
    case .absent, .left, .unknown: nil
    }
  }

  /// The state of the lock file at `path`, which is left as it is.
  static func of(_ path: String) -> LockState {
    do {
      return try FileSystem.isLocked(path) ? .held : .left
    } catch {
      return .unknown(error)
    }
  }
}
