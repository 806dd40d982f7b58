internal import TSDBFormat

/// A `checkpoint.N` folder: what the WAL up to segment N held that is still needed.
public struct Checkpoint: Equatable, Sendable {
  /// The last segment it replaces.
  public let number: Int
  /// The folder.
  public let entry: FolderEntry
  /// Its segments, by number.
  public let segments: [SegmentFile]
  /// What is in it beside segments.
  public let strangers: [FolderEntry]
  /// What is wrong with the folder: gaps between the segments, a folder that cannot be listed.
  public let damage: [FileError]

  /// The whole path.
  public var path: String { entry.path }
  /// Bytes of all segments.
  public var size: Int { segments.totalSize }
}

/// A `wal` or `wbl` folder, or any other that holds segments of the log directly: a checkpoint, a
/// chunk snapshot.
///
/// What is a segment and what a checkpoint is decided as Prometheus decides it (tsdb/wlog/wlog.go,
/// `listSegments`; tsdb/wlog/checkpoint.go, `listCheckpoints`).
public struct SegmentFolder: Equatable, Sendable {
  /// The whole path.
  public let path: String
  /// The segments, by number.
  public let segments: [SegmentFile]
  /// The checkpoints, by number; a server reads the last one.
  public let checkpoints: [Checkpoint]
  /// Things named like a checkpoint that are no folders. A server refuses to start on one.
  public let falseCheckpoints: [FolderEntry]
  /// What a server that was interrupted left behind: `checkpoint.N.tmp`, `*.repair`, `*.tmp`.
  public let leftovers: [FolderEntry]
  /// The state of the last shutdown (`series_state.json`, feature `fast-startup`).
  public let seriesState: FolderEntry?
  /// What does not belong here; servers ignore it.
  public let strangers: [FolderEntry]
  /// What is wrong with the folder and those in it: gaps in the numbers, false checkpoints, what
  /// could not be listed.
  public let damage: [FileError]
  /// Those of the segments that Prometheus 2.0 to 2.3 wrote, by their first bytes.
  public let oldSegments: [SegmentFile]

  /// Lists the folder `path` and its checkpoints. Of files it opens segments, for their first bytes.
  public init(path: String) throws(FileError) {
    self.path = path
    var segments: [SegmentFile] = []
    var checkpoints: [Checkpoint] = []
    var falseCheckpoints: [FolderEntry] = []
    var leftovers: [FolderEntry] = []
    var seriesState: FolderEntry?
    var strangers: [FolderEntry] = []
    var unseen: [FileError] = []
    for entry in try FileSystem.list(path) {
      if let number = goInteger(entry.name) {
        segments.append(SegmentFile(number: number, entry: entry))
      } else if let suffix = entry.name.droppingPrefix("checkpoint.") {
        if let failure = entry.failure {
          unseen.append(failure)
        } else if !entry.isDirectory {
          falseCheckpoints.append(entry)
        } else if let number = goInteger(suffix) {
          checkpoints.append(Checkpoint(number: number, entry: entry))
        } else if suffix.hasSuffix(".tmp") {
          leftovers.append(entry)
        } else {
          // No name that a server gives, and none that it deletes: somebody put it aside.
          strangers.append(entry)
        }
      } else if entry.name.hasSuffix(".tmp") || entry.name.hasSuffix(".repair") {
        leftovers.append(entry)
      } else if entry.name == "series_state.json" {
        seriesState = entry
      } else {
        strangers.append(entry)
      }
    }
    segments.sort { $0.number < $1.number }
    checkpoints.sort { $0.number < $1.number }
    self.segments = segments
    self.checkpoints = checkpoints
    self.falseCheckpoints = falseCheckpoints
    self.leftovers = leftovers
    self.seriesState = seriesState
    self.strangers = strangers
    oldSegments = segments.filter(\.isOld)
    // The old log was cut at its begin by leaving numbers out.
    let gaps = oldSegments.isEmpty ? segments : segments.filter { !$0.entry.isFile }
    damage =
      gaps.sequenceDamage(in: .walSegments)
      + falseCheckpoints.map { .folder($0.path, .checkpoint, "a checkpoint must be a directory") }
      + unseen + checkpoints.flatMap(\.damage)
  }

  /// Where a server that starts on this log finds no segment, or passes over all of them: it reads
  /// the last checkpoint, then the segments from the next number on (tsdb/head.go, Init). This does
  /// not hold for a WBL, which is cut at its begin without a checkpoint.
  var startDamage: [FileError] {
    guard !isOld else { return [] }
    let start = firstReplayed
    guard let first = segments.first else { return [] }
    if first.number > start {
      return [
        .damaged(
          path: first.path,
          DecodeError(
            section: .walSegments, offset: 0,
            problem: .sequenceGap(expected: start, found: first.number)))
      ]
    }
    guard isPassedOver, let checkpoint = checkpoints.last else { return [] }
    let sentence = "replaces all segments that are there; a server reads none of them"
    return [.folder(checkpoint.path, .checkpoint, sentence)]
  }

  /// The number of the segment that a server opens first when it starts on this log: the first that the last
  /// checkpoint does not replace.
  public var firstReplayed: Int { checkpoints.last.map { $0.number &+ 1 } ?? 0 }

  /// The segments that a server opens.
  public var replayed: [SegmentFile] { segments.filter { $0.number >= firstReplayed } }

  /// True where the checkpoint replaces every segment that there is: a server reads none of them, nor what
  /// it writes next, and only `repair` brings them back.
  public var isPassedOver: Bool {
    guard let last = segments.last, !checkpoints.isEmpty else { return false }
    return last.number < firstReplayed
  }

  /// Bytes of all segments, without checkpoints.
  public var size: Int { segments.totalSize }
}

extension Checkpoint {
  fileprivate init(number: Int, entry: FolderEntry) {
    self.number = number
    self.entry = entry
    do {
      let numbered = try NumberedFiles(path: entry.path, number: goInteger)
      segments = numbered.files
      strangers = numbered.others
      let isEmpty = numbered.files.isEmpty
      damage =
        numbered.files.sequenceDamage(in: .checkpoint)
        + (isEmpty ? [.folder(entry.path, .checkpoint, "a checkpoint without a segment")] : [])
    } catch {
      segments = []
      strangers = []
      damage = [error]
    }
  }
}
