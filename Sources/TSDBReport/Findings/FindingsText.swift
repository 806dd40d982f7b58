internal import TSDBFormat
package import TSDBStore

/// Damage met while reading, as text and as JSON: file, place, structure, expected, found, rule.
package struct FindingsText {
  /// The directory that was inspected; files in it are named relative to it.
  package let directory: String
  let color: Color
  /// How many findings are spelled out before the rest is only counted.
  package var limit = 20

  package init(directory: String, color: Color, limit: Int = 20) {
    self.directory = directory
    self.color = color
    self.limit = limit
  }

  /// Two lines per finding, and a last one where there are more than `limit`.
  ///
  ///     damage  wal/00000002 at byte 32791
  ///             expected checksum 0x00000000, found bytes with 0x364b3fb7  [wal.fragment.checksum]
  package func text(_ failures: [FileError]) -> String {
    var result = ""
    for failure in failures.prefix(limit) {
      let finding = FailureReport(failure, in: directory)
      let kind = finding.isDamage ? color(.bad, "damage") : color(.warn, "unread")
      result += "  \(kind)  \(finding.place)\n"
      result += "          \(DisplayText.escaped(finding.message))  "
      result += color(.dim, "[\(finding.rule)]") + "\n"
    }
    if failures.count > limit {
      result += "          and \(Units.count(failures.count - limit)) more\n"
    }
    return result
  }
}

/// One failure as the fields of a report.
struct FailureReport: Encodable, Equatable {
  /// Stable id, such as `wal.fragment.checksum`; `file.unreadable` where it could not be read.
  let rule: String
  /// Relative to the inspected directory.
  let file: JSONText
  /// Absolute, in bytes; nil where the file could not be read, and for folders and names in them.
  let offset: Int?
  /// Inside the decompressed record that starts at `offset`; nil elsewhere.
  let recordOffset: Int?
  /// The structure that was read, such as `wal.fragment`.
  let structure: String?
  let expected: String?
  let found: String?
  /// One sentence.
  private(set) var message: String

  /// The fields of `failure`; its file is named relative to `directory`.
  init(_ failure: FileError, in directory: String) {
    file = JSONText(Array(Self.relative(failure.path, to: directory).utf8))
    switch failure {
    case .damaged(_, let error):
      rule = error.rule
      offset = error.section.isFolder ? nil : error.offset
      recordOffset = error.inner
      structure = error.section.rawValue
      if case .malformed(let why) = error.problem {
        expected = nil
        found = nil
        message = why
      } else {
        expected = error.problem.expected
        found = error.problem.found
        message = "expected \(error.problem.expected), found \(error.problem.found)"
      }
      if let nature = failure.nature { message += ": it is " + nature.words }
    case .system:
      rule = "file.unreadable"
      offset = nil
      recordOffset = nil
      structure = nil
      expected = nil
      found = nil
      message = UnseenFile(failure)?.message ?? "\(failure)"
    }
  }

  /// True for wrong bytes, false for a file that could not be looked at.
  var isDamage: Bool { structure != nil }

  /// Where it is: `wal/00000002 at byte 32791 (byte 12 of the decompressed record)`.
  var place: String {
    var text = DisplayText.escaped(file.bytes)
    if let offset { text += " at byte \(offset)" }
    if let recordOffset { text += " (byte \(recordOffset) of the decompressed record)" }
    return text
  }

  /// `path` without `directory` in front; `.` for the directory itself. All of it where no directory is
  /// given.
  static func relative(_ path: String, to directory: String) -> String {
    guard !directory.isEmpty else { return path }
    let base = directory.hasSuffix("/") ? String(directory.dropLast()) : directory
    if path == base || path == directory { return "." }
    let prefix = base + "/"
    return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
  }
}
