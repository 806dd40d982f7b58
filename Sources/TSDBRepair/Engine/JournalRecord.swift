internal import TSDBFormat

/// A line of a repair's journal. Each is on the disk before what it says is done, and can be done again
/// or taken back by looking at what is there.
enum JournalRecord: Equatable {
  /// What was at a path before anything was changed; the journal begins with these.
  case was(path: String, FileStatus)
  /// All of them are there.
  case started
  /// A folder is made.
  case makeFolder(String)
  /// Something is renamed, within the directory: both paths are relative to it.
  case move(from: String, to: String)
  /// What the repair left at a path where something else was, or nothing.
  case left(path: String, FileStatus)
  /// The repair is done, and was proven.
  case done
  /// The record of this number is not taken back: somebody else has changed what it is about.
  case passing(Int)
  /// The undo has begun; what it passes over was said before.
  case undoing
  /// The record of this number, counted among all of the journal, is taken back.
  case takingBack(Int)
  /// The undo is over, and something could not be put back: the quarantine keeps it.
  case undone

  /// The line: fields between tabs, the last one a checksum of those before it.
  var line: String {
    let text = fields.map(Self.escaped).joined(separator: "\t")
    return text + "\t" + String(crc32c(Array(text.utf8).rawBytes), radix: 16) + "\n"
  }

  private var fields: [String] {
    switch self {
    case .was(let path, let status): Self.fields("was", path, status)
    case .left(let path, let status): Self.fields("left", path, status)
    case .started: ["started"]
    case .makeFolder(let path): ["folder", path]
    case .move(let from, let to): ["move", from, to]
    case .done: ["done"]
    case .takingBack(let index): ["back", "\(index)"]
    case .passing(let index): ["pass", "\(index)"]
    case .undoing: ["undoing"]
    case .undone: ["undone"]
    }
  }

  private static func fields(_ word: String, _ path: String, _ status: FileStatus) -> [String] {
    [
      word, path, status.kind.rawValue, String(status.mode, radix: 8), "\(status.owner)",
      "\(status.group)", "\(status.size)", "\(status.accessed.seconds)",
      "\(status.accessed.nanoseconds)", "\(status.modified.seconds)",
      "\(status.modified.nanoseconds)",
    ]
  }

  /// The paths in it.
  var paths: [String] {
    switch self {
    case .was(let path, _), .left(let path, _), .makeFolder(let path): [path]
    case .move(let from, let to): [from, to]
    case .started, .done, .takingBack, .passing, .undoing, .undone: []
    }
  }

  /// The record of a line without its end; nil for one that was not written whole. The line is taken
  /// apart by bytes: a character of a name may join with the tab before it.
  init?(line: some BidirectionalCollection<UInt8>) {
    guard let tab = line.lastIndex(of: UInt8(ascii: "\t")) else { return nil }
    let text = line[..<tab]
    let sum = String(crc32c(Array(text).rawBytes), radix: 16)
    guard line[line.index(after: tab)...].elementsEqual(sum.utf8) else { return nil }
    var fields: [String] = []
    for field in text.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false) {
      guard let field = String(validating: field, as: UTF8.self) else { return nil }
      fields.append(Self.plain(field))
    }
    switch (fields.first, fields.count) {
    case ("was", 11):
      guard let status = Self.status(fields) else { return nil }
      self = .was(path: fields[1], status)
    case ("left", 11):
      guard let status = Self.status(fields) else { return nil }
      self = .left(path: fields[1], status)
    case ("started", 1): self = .started
    case ("folder", 2): self = .makeFolder(fields[1])
    case ("move", 3): self = .move(from: fields[1], to: fields[2])
    case ("done", 1): self = .done
    case ("undoing", 1): self = .undoing
    case ("undone", 1): self = .undone
    case ("back", 2):
      guard let index = Int(fields[1]) else { return nil }
      self = .takingBack(index)
    case ("pass", 2):
      guard let index = Int(fields[1]) else { return nil }
      self = .passing(index)
    default: return nil
    }
  }

  private static func status(_ fields: [String]) -> FileStatus? {
    guard let kind = FileStatus.Kind(rawValue: fields[2]), let mode = UInt32(fields[3], radix: 8),
      let owner = UInt32(fields[4]), let group = UInt32(fields[5]), let size = Int(fields[6]),
      let accessed = Int(fields[7]), let accessedRest = Int(fields[8]),
      let modified = Int(fields[9]), let modifiedRest = Int(fields[10])
    else { return nil }
    return FileStatus(
      kind: kind, mode: mode, owner: owner, group: group, size: size,
      accessed: .init(seconds: accessed, nanoseconds: accessedRest),
      modified: .init(seconds: modified, nanoseconds: modifiedRest))
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "%": result += "%25"
      case "\t": result += "%09"
      case "\n": result += "%0A"
      case "\r": result += "%0D"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func plain(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
    var result = ""
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      if scalar == "%",
        let code = UInt8(String(String.UnicodeScalarView(rest.prefix(2))), radix: 16)
      {
        result.unicodeScalars.append(Unicode.Scalar(code))
        rest = rest.dropFirst(2)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
