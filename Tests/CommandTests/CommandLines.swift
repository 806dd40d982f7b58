import TestSupport
import Testing

/// The command lines that every directory must survive; DIR is put behind the first word.
enum CommandLines {
  /// One line for each command and format.
  static let all: [[String]] = [
    ["ls"],
    ["ls", "--format", "json"],
    ["ls", "--format", "promtool"],
    ["diagnose"],
    ["diagnose", "--format", "json"],
  ]

  /// `line` on `directory`.
  static func arguments(_ line: [String], on directory: String) -> [String] {
    Array(line.prefix(1)) + [directory] + line.dropFirst()
  }

  /// Runs every command line on `directory` and expects that each ends by itself with a status that
  /// commands may have, and changes nothing.
  static func survive(_ directory: String, seconds: Double = 60) throws {
    let before = try TreeState(directory)
    for line in all {
      let result = try CommandRunner.run(arguments(line, on: directory), seconds: seconds)
      let comment = Comment(rawValue: "\(line.joined(separator: " ")): \(result.stderr)")
      #expect([0, 1, 2].contains(result.status), "\(result.ending) \(comment)")
      #expect(before.changes(to: try TreeState(directory)) == [], comment)
    }
  }
}
