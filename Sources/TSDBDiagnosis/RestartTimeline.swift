public import TSDBStore

/// When servers were started and stopped on a directory, as far as its files tell: a start adds a
/// segment to the log, and one that fails, or dies while it replays, leaves it empty.
///
/// The times are those of the last change of the files. A copy that does not keep them, or `touch`,
/// makes them useless; then all of them are close together, and newer than the samples.
public struct RestartTimeline: Equatable, Sendable {
  /// Something that happened, and the file that shows it.
  public struct Event: Equatable, Sendable {
    /// When, in milliseconds since 1970.
    public let time: Int64
    /// What.
    public let kind: Kind
    /// The file or folder.
    public let path: String
  }

  /// What can happen.
  public enum Kind: String, Sendable, CaseIterable {
    /// A start made a segment and wrote nothing to it (tsdb/wlog/wlog.go, `NewSize`).
    case emptyStart = "start-without-writes"
    /// The last record of a segment was written; behind it a server stopped, or began the next one.
    case lastWrite = "last-write"
    /// A checkpoint was finished.
    case checkpoint
    /// A chunk snapshot was written: a server stopped in good order.
    case snapshot
    /// The lock file was made, which outlives a server that did not stop in good order: the first
    /// start since the last good stop (tsdb/tsdbutil/dir_locker.go).
    case lock
  }

  /// What happened, the oldest first; what has one time, in the order of the files.
  public let events: [Event]
  /// Starts at the end of the log that wrote nothing; the last start is among them if it wrote nothing
  /// either.
  public let emptyStarts: [Event]
  /// True where a server runs on the directory: the last start came up, or is coming up.
  public let isRunning: Bool

  /// What the files of `directory` tell; nothing is opened.
  public init(_ directory: DataDirectory) {
    var events: [Event] = []
    func add(_ kind: Kind, _ path: String, _ nanoseconds: Int64) {
      let time = nanoseconds / 1_000_000
      events.append(Event(time: time, kind: kind, path: path))
    }
    for segment in directory.wal?.segments ?? [] where segment.entry.isFile {
      add(segment.isEmpty ? .emptyStart : .lastWrite, segment.path, segment.modified)
    }
    for checkpoint in directory.wal?.checkpoints ?? [] {
      add(.checkpoint, checkpoint.path, checkpoint.entry.modified)
    }
    for snapshot in directory.snapshots {
      add(.snapshot, snapshot.path, snapshot.entry.modified)
    }
    if let lock = directory.lockFile { add(.lock, lock.path, lock.modified) }
    let order = events.indices.sorted { (events[$0].time, $0) < (events[$1].time, $1) }
    self.events = order.map { events[$0] }
    isRunning = directory.lock.isHeld
    let last = (directory.wal?.segments ?? []).reversed().prefix(while: \.isEmpty)
    let paths = Set(last.map(\.path))
    emptyStarts = self.events.filter { $0.kind == .emptyStart && paths.contains($0.path) }
  }

  /// True if servers were started again and again, and did not live to write anything. Of one that runs,
  /// its segments do not tell; and one that stopped in good order takes its lock file along.
  public var isCrashLoop: Bool {
    !isRunning && emptyStarts.count > 1 && events.contains { $0.kind == .lock }
  }
}
