internal import TSDBFormat

/// A file whose name is its number: a WAL segment, a chunk segment, a head chunk file.
public struct SegmentFile: Equatable, Sendable {
  /// The number its name spells.
  public let number: Int
  /// The file.
  public let entry: FolderEntry

  /// The whole path.
  public var path: String { entry.path }
  /// The last part of the path.
  public var name: String { entry.name }
  /// Size in bytes.
  public var size: Int { entry.size }
  /// Last change, in nanoseconds since 1970.
  public var modified: Int64 { entry.modified }
}

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

  /// Lists the folder `path` and its checkpoints. Opens no files.
  public init(path: String) throws(FileError) {
    self.path = path
    var segments: [SegmentFile] = []
    var checkpoints: [Checkpoint] = []
    var falseCheckpoints: [FolderEntry] = []
    var leftovers: [FolderEntry] = []
    var seriesState: FolderEntry?
    var strangers: [FolderEntry] = []
    for entry in try FileSystem.list(path) {
      if let number = goInteger(entry.name) {
        segments.append(SegmentFile(number: number, entry: entry))
      } else if let suffix = entry.name.droppingPrefix("checkpoint.") {
        if !entry.isDirectory {
          falseCheckpoints.append(entry)
        } else if let number = goInteger(suffix) {
          checkpoints.append(Checkpoint(number: number, entry: entry))
        } else {
          leftovers.append(entry)
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
    damage =
      segments.sequenceDamage(in: .walSegments)
      + falseCheckpoints.map { .folder($0.path, .checkpoint, "a checkpoint must be a directory") }
      + checkpoints.flatMap(\.damage)
  }

  /// Where a server that starts on this log finds no segment, or passes over all of them: it reads
  /// the last checkpoint, then the segments from the next number on (tsdb/head.go, Init). This does
  /// not hold for a WBL, which is cut at its begin without a checkpoint.
  var startDamage: [FileError] {
    let start = checkpoints.last.map { $0.number &+ 1 } ?? 0
    guard let first = segments.first, let last = segments.last else { return [] }
    if first.number > start {
      return [
        .damaged(
          path: first.path,
          DecodeError(
            section: .walSegments, offset: 0,
            problem: .sequenceGap(expected: start, found: first.number)))
      ]
    }
    guard last.number < start, let checkpoint = checkpoints.last else { return [] }
    let sentence = "replaces all segments that are there; a server reads none of them"
    return [.folder(checkpoint.path, .checkpoint, sentence)]
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

/// The files of a folder whose names are numbers, in their order, and all others.
struct NumberedFiles {
  let files: [SegmentFile]
  let others: [FolderEntry]

  init(path: String, number: (String) -> Int?) throws(FileError) {
    var files: [SegmentFile] = []
    var others: [FolderEntry] = []
    for entry in try FileSystem.list(path) {
      if let number = number(entry.name) {
        files.append(SegmentFile(number: number, entry: entry))
      } else {
        others.append(entry)
      }
    }
    self.files = files.sorted { $0.number < $1.number }
    self.others = others
  }
}

extension [SegmentFile] {
  /// Bytes of all files.
  public var totalSize: Int { reduce(0) { $0 &+ $1.size } }

  /// Where the numbers do not follow one another, or a number is no file.
  func sequenceDamage(in section: Section) -> [FileError] {
    var damage = filter { !$0.entry.isFile }.map {
      FileError.folder($0.path, section, "should be a file and is a \($0.entry.kind.rawValue)")
    }
    for (previous, next) in zip(self, dropFirst()) {
      let expected = previous.number &+ 1
      guard next.number != expected else { continue }
      damage.append(
        .damaged(
          path: next.path,
          DecodeError(
            section: section, offset: 0,
            problem: .sequenceGap(expected: expected, found: next.number))))
    }
    return damage
  }
}

extension FileError {
  /// Something that is wrong with a folder, or a name in it, rather than with bytes.
  static func folder(_ path: String, _ section: Section, _ why: String) -> FileError {
    .damaged(path: path, DecodeError(section: section, offset: 0, problem: .malformed(why: why)))
  }
}

/// The number that Go's `strconv.Atoi` reads from `text`: digits, with a sign if need be.
func goInteger(_ text: String) -> Int? {
  Int(text)
}

/// The number that Go's `strconv.ParseUint(text, 10, 64)` reads from `text`: digits only.
func goUnsigned(_ text: String) -> Int? {
  guard let first = text.utf8.first, first != UInt8(ascii: "+") else { return nil }
  return UInt64(text).map { Int(truncatingIfNeeded: $0) }
}

extension String {
  /// What follows `prefix`, or nil if it does not start with it.
  func droppingPrefix(_ prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
