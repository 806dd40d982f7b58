package import TSDBCheck
internal import TSDBFormat
package import TSDBStore

/// A finding in JSON, the same object in every document.
package struct FindingJSON: Encodable, Equatable {
  /// Stable id, such as `wal.fragment.checksum`; `file.unreadable` where the file could not be read.
  let rule: String
  /// `info`, `warning`, `loss` or `fatal`.
  let severity: String
  /// Relative to the inspected directory.
  let file: JSONText
  /// Absolute, in bytes; nil for folders, and where the file could not be read.
  let offset: Int?
  /// Inside the decompressed record that starts at `offset`.
  let recordOffset: Int?
  /// The structure that was read, such as `wal.fragment`; nil for what is wrong between structures.
  let structure: String?
  let expected: String?
  let found: String?
  /// One sentence.
  let message: String
  let lost: String?
  /// What a start does about it.
  let startup: String
  /// What follows from it; nil where nothing does.
  let consequences: [FindingJSON]?

  /// The fields of `finding`; its file is named relative to `directory`.
  package init(_ finding: Finding, in directory: String) {
    rule = finding.rule.id
    severity = finding.severity.rawValue
    file = JSONText(Array(RelativePath.of(finding.path, to: directory).utf8))
    offset = finding.offset
    recordOffset = finding.recordOffset
    structure = finding.structure?.rawValue
    expected = finding.expected?.text
    found = finding.found?.text
    message = finding.message.text
    lost = finding.lost?.text
    startup = finding.startup.rawValue
    consequences =
      finding.consequences.isEmpty
      ? nil : finding.consequences.map { FindingJSON($0, in: directory) }
  }

  /// Those of what a reader met.
  package static func all(_ failures: [FileError], in directory: String) -> [FindingJSON] {
    failures.map { FindingJSON(Finding($0), in: directory) }
  }
}

extension FindingJSON {
  /// What `show DIR ADDRESS` takes.
  var address: String { DisplayText.escaped(file.bytes) + (offset.map { ":\($0)" } ?? "") }

  /// Where it is, in words: `wal/00000002 at byte 32791 (byte 12 of the decompressed record)`.
  var place: String {
    DisplayText.escaped(file.bytes) + (offset.map { " at byte \($0)" } ?? "") + placeInRecord
  }

  /// Where in its record it is; nothing for what is in none.
  var placeInRecord: String {
    recordOffset.map { " (byte \($0) of the decompressed record)" } ?? ""
  }
}
