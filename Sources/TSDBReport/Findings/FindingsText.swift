package import TSDBCheck
package import TSDBStore

/// Damage met while reading, as text: file, place, expected, found, rule.
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
      let finding = Finding(failure)
      let kind = finding.isUnread ? color(.warn, "unread") : color(.bad, "damage")
      result += "  \(kind)  \(FindingJSON(finding, in: directory).place)\n"
      result += "          \(DisplayText.escaped(finding.message))  "
      result += color(.dim, "[\(finding.rule.id)]") + "\n"
    }
    if failures.count > limit {
      result += "          and \(Units.count(failures.count - limit)) more\n"
    }
    return result
  }
}

extension DisplayText {
  /// A message with what comes from disk made harmless; where it `groupsDigits`, counts have separators.
  package static func escaped(_ message: Message, groupsDigits: Bool = false) -> String {
    message.parts.map { part in
      switch part {
      case .count(let count, let unit) where groupsDigits:
        Units.count(Int(clamping: count)) + (unit.isEmpty ? "" : " ") + unit
      case .label(let bytes), .value(let bytes, _): escaped(bytes)
      default: escaped(part.text)
      }
    }.joined()
  }
}

/// Paths as they are shown.
package enum RelativePath {
  /// `path` without `directory` in front; `.` for the directory itself. All of it where no directory is
  /// given.
  package static func of(_ path: String, to directory: String) -> String {
    guard !directory.isEmpty else { return path }
    let base = directory.hasSuffix("/") ? String(directory.dropLast()) : directory
    if path == base || path == directory { return "." }
    let prefix = base + "/"
    return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
  }
}
