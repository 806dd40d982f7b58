import TestSupport
import Testing

/// What commands write as JSON is what `Docs/schemas` says: a field that is not described there fails here.
@Suite struct SchemaTests {
  /// The schema, and the words of the command line; DIR is put behind those of the command.
  private static let documents: [(schema: String, line: [String])] = [
    ("diagnose", ["diagnose"]), ("diagnose", ["diagnose", "--memory-limit", "64MiB"]),
    ("preflight", ["preflight", "--probe-budget", "1s"]),
    ("check", ["check"]), ("check", ["check", "--deep"]),
    ("ls", ["ls"]), ("ls-items", ["ls", "segments"]), ("ls-items", ["ls", "checkpoints"]),
    ("ls-items", ["ls", "chunks-head"]), ("ls-items", ["ls", "series", "--limit", "100"]),
    ("ls-items", ["ls", "symbols", "--limit", "100"]), ("ls-items", ["ls", "labels"]),
    ("ls-items", ["ls", "metrics"]), ("ls-items", ["ls", "values", "--label", "job"]),
    ("show", ["show", "."]), ("show", ["show", "wal/00000000"]),
    ("show", ["show", "chunks_head/000001:8"]), ("show", ["show", "#ref/1"]),
    ("analyze", ["analyze"]), ("analyze", ["analyze", "--head"]),
    ("analyze", ["analyze", "--quick"]), ("analyze", ["analyze", "--bytes"]),
    ("analyze", ["analyze", "--extended"]),
    ("analyze-closer", ["analyze", "--by", "target"]),
    ("analyze-closer", ["analyze", "--label", "job"]),
    ("analyze-closer", ["analyze", "--metric", "up"]),
    ("churn", ["churn"]), ("churn", ["churn", "--by", "pair", "--by", "target", "--step", "7m"]),
    ("diff", ["diff", "--since", "1h"]), ("whatif", ["whatif", "--drop-label", "job"]),
    ("whatif", ["whatif", "--drop", "up"]),
    ("policy", ["policy", "--policy", Fixture.testData + "/label-policy.yml"]),
    ("dump-samples", ["dump", "samples"]), ("dump-series", ["dump", "series"]),
    ("dump-chunks", ["dump", "chunks", "--payload"]),
    ("dump-records", ["dump", "records", "--payload"]),
    ("dump-exemplars", ["dump", "exemplars"]), ("dump-metadata", ["dump", "metadata"]),
    ("dump-tombstones", ["dump", "tombstones"]),
    ("repair", ["repair"]), ("repair", ["surgery", "discard-head"]),
  ]

  /// Sound ones of several releases, and damaged ones.
  private static let directories = [
    "sound/rollouts", "sound/head-mixed", "damaged-base/main",
  ]
  private static let damaged = ["index-empty", "wal-missing-segment"]

  private func check(_ directory: String) throws {
    for (name, line) in Self.documents {
      let schema = try JSONSchema(
        try readText(Fixture.repository + "/Docs/schemas/\(name).json"))
      let arguments = CommandLines.arguments(line, on: directory) + ["--format", "json"]
      let result = try CommandRunner.run(arguments, seconds: 120)
      let output = result.stdout
      // A document over several lines begins with a brace alone.
      let parts =
        output.hasPrefix("{\n") ? [output] : output.split(separator: "\n").map(String.init)
      // What is wrong once is wrong in most lines.
      for part in parts.prefix(100) {
        let problems = schema.problems(of: try JSONTree(part))
        let words = line.joined(separator: " ")
        #expect(problems == [], "\(words) on \(directory): \(part.prefix(300))")
        guard problems.isEmpty else { break }
      }
    }
  }

  @Test(arguments: directories)
  func `every document is as its schema says`(name: String) throws {
    try check(Fixture(name).data)
  }

  @Test(arguments: damaged)
  func `every document of a damaged directory is, too`(name: String) throws {
    let directory = try Fixture.damaged(name)
    try check(directory.data)
  }

  @Test func `a field that no schema describes is found`() throws {
    let schema = try JSONSchema(
      #"""
      {"type": "object", "properties": {"a": {"$ref": "#/$defs/n"}}, "required": ["a"],
      "additionalProperties": false, "$defs": {"n": {"type": ["integer", "null"]}}}
      """#)
    #expect(schema.problems(of: try JSONTree(#"{"a": 1}"#)) == [])
    #expect(schema.problems(of: try JSONTree(#"{"a": null}"#)) == [])
    #expect(schema.problems(of: try JSONTree("{}")) == ["$: has no a"])
    #expect(
      schema.problems(of: try JSONTree(#"{"a": "1", "b": 2}"#)) == [
        "$.a: is string, and should be integer or null", "$: b is not in the schema",
      ])
  }
}
