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
  /// The name under which a server opens a segment of the log of this number.
  public var nameOpened: String { SegmentFile.name(number) }
  /// Size in bytes.
  public var size: Int { entry.size }
  /// Last change, in nanoseconds since 1970.
  public var modified: Int64 { entry.modified }
  /// True where it can be seen that nothing is in it.
  public var isEmpty: Bool { entry.isEmptyFile }
}

extension SegmentFile {
  /// What a segment of the log is called that has this number: eight digits, or more if need be
  /// (Prometheus: tsdb/wlog/wlog.go, `SegmentName`).
  public static func name(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 8 - digits.utf8.count)) + digits
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

  /// Where the numbers do not follow one another, a number is no file, or cannot be looked at.
  func sequenceDamage(in section: Section) -> [FileError] {
    var damage = filter { !$0.entry.isFile }.map {
      $0.entry.failure
        ?? .folder($0.path, section, "should be a file and is a \($0.entry.kind.rawValue)")
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

/// The number that Go's `strconv.Atoi` reads from `text`: digits, with a sign if need be.
package func goInteger(_ text: String) -> Int? {
  Int(text)
}

/// The number that Go's `strconv.ParseUint(text, 10, 64)` reads from `text`: digits only.
func goUnsigned(_ text: String) -> Int? {
  guard text.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) else {
    return nil
  }
  return UInt64(text).map { Int(truncatingIfNeeded: $0) }
}

extension String {
  /// What follows `prefix`, or nil if it does not start with it.
  func droppingPrefix(_ prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
