import TestSupport
import Testing

/// The command lines that every directory must survive; DIR is put behind the words of the command, and a
/// name outside of it in the place of OUTPUT.
enum CommandLines {
  /// One line for each command and format.
  static let all: [[String]] = [
    ["ls"],
    ["ls", "--format", "json"],
    ["ls", "--format", "promtool"],
    ["ls", "segments"],
    ["ls", "checkpoints", "--format", "json"],
    ["ls", "chunks-head"],
    ["ls", "series", "--limit", "1000"],
    ["ls", "symbols", "--format", "json", "--limit", "1000"],
    ["ls", "labels"],
    ["ls", "values", "--label", "job"],
    ["ls", "metrics", "--format", "json"],
    ["show", "."],
    ["show", "wal/00000000", "--hex"],
    ["show", "wal/00000003:40000", "--hex"],
    ["show", "chunks_head/000001:8", "--format", "json"],
    ["show", "index:2000", "--hex"],
    ["show", "#ref/1"],
    ["show", "#series/{job=~\".+\"}", "--format", "json", "--limit", "5"],
    ["analyze"],
    ["analyze", "--format", "json"],
    ["analyze", "--format", "promtool", "--extended"],
    ["churn"],
    ["churn", "--format", "json", "--by", "metric-label", "--by", "pair", "--step", "7m"],
    ["analyze", "--by", "instance"],
    ["analyze", "--label", "job", "--format", "json"],
    ["diff", "--since", "1h"],
    ["analyze", "--format", "csv"],
    ["whatif", "--drop-label", "job", "--format", "markdown"],
    ["ls", "--format", "csv", "--exact-csv"],
    ["diagnose"],
    ["diagnose", "--format", "json"],
    [
      "diagnose", "--prometheus-version", "2.42", "--memory-limit", "1GiB", "--storage-path", "/p",
      "--server-flag", "enable-feature=memory-snapshot-on-shutdown", "--server-flag",
      "storage.tsdb.retention.size=1MB",
    ],
    ["diagnose", "--agent", "--format", "json"],
    ["check"],
    ["preflight"],
    ["whatif", "--drop-label", "job"],
    ["whatif", "--drop", "up", "--keep", "{job=~\".+\"}", "--format", "json"],
    ["policy", "--policy", Fixture.testData + "/label-policy.yml"],
    ["policy", "--policy", Fixture.testData + "/label-policy.yml", "--format", "sarif", "--head"],
    ["check", "--quick", "--format", "json"],
    ["check", "--deep"],
    ["dump", "chunks", "--payload", "--format", "json"],
    ["dump", "records"],
    ["dump", "records", "--format", "json", "--payload"],
    ["dump", "exemplars", "--format", "json"],
    ["dump", "metadata", "--format", "csv"],
    ["dump", "tombstones"],
    ["dump", "samples", "--max-memory", "64KiB"],
    ["dump", "series", "--format", "csv"],
    ["repair"],
    ["surgery", "skip-damage", "--format", "json"],
    ["surgery", "discard-head"],
    ["surgery", "drop-series", "--match", #"{__name__=~"[a-m].*"}"#],
    ["surgery", "flush-head", "--format", "json"],
    ["surgery", "rebuild-index"],
    ["surgery", "rewrite-block"],
    ["surgery", "keep-block"],
    ["surgery", "rebuild-meta"],
    ["surgery", "drop-bad-chunks"],
    ["surgery", "drop-tombstones"],
    ["surgery", "clear-failed-mark"],
    ["evidence", "--output", "OUTPUT", "--with-series", "--with-raw"],
    ["evidence", "--archive", "OUTPUT.tar.zst", "--redact", "--event", "1h=deploy"],
    ["redact", "--output", "OUTPUT"],
    [
      "redact", "--output", "OUTPUT", "--pseudonyms", "shape", "--label", "job", "--format", "json",
    ],
  ]

  /// One line for each command, for the many directories that differ in one place only.
  static let plain: [[String]] = [
    ["ls"],
    ["analyze", "--format", "promtool", "--extended"],
    ["churn"],
    ["diagnose"],
    ["check", "--deep"],
    ["dump", "chunks"],
    ["dump", "records", "--payload"],
    ["dump", "exemplars"],
    ["dump", "tombstones"],
    ["dump", "samples", "--format", "json", "--since", "1h"],
    ["redact", "--output", "OUTPUT", "--pseudonyms", "length"],
  ]

  /// `line` on `directory`; what stands first is a command, of two words if it is `dump` or
  /// `surgery`.
  static func arguments(_ line: [String], on directory: String) -> [String] {
    let words = line.prefix(["dump", "surgery"].contains(line.first) ? 2 : 1)
    return Array(words) + [directory] + line.dropFirst(words.count)
  }

  /// Runs `lines` on `directory` and expects that each ends by itself with a status that commands may
  /// have, and changes nothing.
  static func survive(_ directory: String, _ lines: [[String]] = all) throws {
    let before = try TreeState(directory)
    for line in lines {
      let folder = try TemporaryDirectory()
      let words = arguments(line, on: directory).map {
        $0.hasPrefix("OUTPUT") ? folder.path + "/bundle" + $0.dropFirst(6) : $0
      }
      let result = try CommandRunner.run(words, seconds: 120)
      let comment = Comment(rawValue: "\(line.joined(separator: " ")): \(result.stderr)")
      #expect([0, 1, 2, 3, 4].contains(result.status), "\(result.ending) \(comment)")
      #expect(before.changes(to: try TreeState(directory)) == [], comment)
    }
  }
}
