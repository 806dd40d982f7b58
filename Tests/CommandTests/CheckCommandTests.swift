import TestSupport
import Testing

@Suite struct CheckCommandTests {
  @Test func `a sound directory ends with status 0 and a verdict`() throws {
    let result = try CommandRunner.run(["check", Fixture("damaged-base/main").data])
    #expect(result.status == 0)
    #expect(
      result.stdout == """
        Prometheus will start.
          Everything that can be read here will be served.
        22 files, 1.04 MiB checked

        """)
  }

  @Test func `a finding has an address, words, a cost and a next command`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/wal/00000005") { $0.flip(at: 14903, bit: 3) }
    let result = try CommandRunner.run(["check", copy.data])
    #expect(result.status == 1)
    #expect(
      result.stdout.hasPrefix("Loses data (1)\n  wal/00000005:14876  [wal.fragment.checksum]\n"))
    #expect(result.stdout.hasSuffix("next: epimetheus explain wal.fragment.checksum\n"))
    let shown = try CommandRunner.run(["show", copy.data, "wal/00000005:14876"])
    #expect(shown.status == 1)
  }

  @Test func `JSON is a begin, findings and a summary`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try writeFile(copy.data + "/wal/checkpoint.000007", [])
    let result = try CommandRunner.run(["check", copy.data, "--format", "json"])
    #expect(result.status == 1)
    let lines = result.stdout.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.first?.contains(#""schemaVersion":2},"type":"begin"}"#) == true)
    #expect(
      lines.dropFirst().first
        == #"""
        {"data":{"file":"wal/checkpoint.000007","message":"is named like a checkpoint, which must be a folder","rule":"wal.checkpoint.not-a-folder","severity":"fatal","startup":"refuses"},"type":"finding"}
        """#)
    #expect(lines.last?.hasPrefix(#"{"data":{"bytesChecked":"#) == true)
    #expect(
      lines.last?.hasSuffix(
        #""verdict":"unstartable"},"type":"summary"}"#) == true)
    let summary = try JSONTree(String(try #require(lines.last)))
    #expect(summary["data", "filesChecked"] == "22")
    #expect(summary["data", "findings"] == "1")
    #expect(summary["data", "startup", "outcome"] == "refuses")
  }

  @Test func `code hosts and build servers get what JSON has`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/wal/00000005") { $0.flip(at: 14903, bit: 3) }
    func run(_ format: String) throws -> String {
      try CommandRunner.run(["check", copy.data, "--format", format]).stdout
    }
    let sarif = try JSONTree(run("sarif"))
    #expect(sarif["version"] == "2.1.0")
    let result = ["runs", "0", "results", "0"]
    #expect(sarif[result + ["ruleId"]] == "wal.fragment.checksum")
    #expect(sarif[result + ["level"]] == "error")
    let place = result + ["locations", "0", "physicalLocation"]
    #expect(sarif[place + ["artifactLocation", "uri"]] == "wal/00000005")
    #expect(sarif[place + ["region", "byteOffset"]] == "14876")
    let junit = try run("junit")
    #expect(
      junit.contains(#"<testsuite name="check" tests="1" failures="1" errors="0" skipped="0">"#))
    #expect(
      junit.contains(
        #"<testcase classname="wal.fragment.checksum" name="wal/00000005:14876"><failure "#))
  }

  @Test func `names from disk cannot drive a terminal`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try writeFile(copy.data + "/wal/\u{1b}[2J.repair", [1])
    let result = try CommandRunner.run(["check", copy.data])
    #expect(result.status == 1)
    #expect(!result.stdout.contains("\u{1b}"))
  }

  @Test func `what is not there, and a wrong command line, have a status of their own`() throws {
    #expect(try CommandRunner.run(["check", "/nonexistent"]).status == 2)
    let data = Fixture("damaged-base/main").data
    #expect(try CommandRunner.run(["check", data, "--quick", "--deep"]).status == 64)
  }
}
