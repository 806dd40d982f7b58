import TSDBFormat
import TestSupport
import Testing

/// `evidence` as it is called: the bundle is whole, repeatable, and tells nothing that it should not.
@Suite struct EvidenceCommandTests {
  private let folder: TemporaryDirectory
  private let incident: LogDirectory

  init() throws {
    folder = try TemporaryDirectory()
    incident = try LogDirectory.incident()
  }

  private func run(_ directory: String, _ arguments: String...) throws -> CommandResult {
    try CommandRunner.run(["evidence", directory] + arguments, seconds: 300)
  }

  private func shell(_ line: String) throws -> CommandResult {
    try CommandRunner.run("/bin/sh", ["-c", line], seconds: 120)
  }

  /// Every file below `path`, with its bytes.
  private func files(_ path: String, _ prefix: String = "") throws -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    for name in try namesInFolder(path) {
      let inner = path + "/" + name
      if isDirectory(inner) {
        found.merge(try files(inner, prefix + name + "/")) { first, _ in first }
      } else {
        found[prefix + name] = try readFile(inner)
      }
    }
    return found
  }

  @Test func `a bundle has all parts, and its sums hold`() throws {
    let bundle = folder.path + "/bundle"
    let result = try run(incident.data, "--output", bundle)
    #expect(result.status == 1, "\(result.stderr)")
    #expect(result.stdout == "wrote \(bundle)\n")
    #expect(
      try namesInFolder(bundle) == [
        "SHA256SUMS", "evidence.sqlite", "manifest.json", "report.html", "report.json",
        "report.md", "tables",
      ])
    #expect(
      try namesInFolder(bundle + "/tables") == [
        "account_births.csv", "account_parts.csv", "accounts.csv", "births.csv", "blocks.csv",
        "facts.csv", "files.csv", "findings.csv", "labels.csv",
        "metrics.csv", "restarts.csv", "segments.csv", "servers.csv", "targets.csv", "timeline.csv",
        "values.csv",
      ])
    let sums = try shell("cd '\(bundle)' && sha256sum --strict --quiet -c SHA256SUMS")
    #expect(sums.status == 0, "\(sums.stdout)\(sums.stderr)")
    #expect(try namesInFolder(folder.path) == ["bundle"])
  }

  @Test func `the report alone answers what a postmortem asks`() throws {
    let bundle = folder.path + "/bundle"
    let result = try run(
      Fixture("sound/explosion-small").data, "--output", bundle, "--remote-written-until",
      "2026-11-17T00:50:00Z")
    #expect(result.status == 1, "\(result.stderr)")
    let lines = try readText(bundle + "/report.md").split(separator: "\n")
    func answer(_ question: String) -> String? {
      let start = "- **\(question)** "
      return lines.first { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count)) }
    }
    #expect(
      answer("What changed?")
        == "The label `request_id` appeared on `http_request_duration_seconds_bucket`; "
        + "no series had it before.")
    #expect(
      answer("When did it start?")
        == "With the scrape at 2026-11-17T00:40:00Z: the first sample of the first of these series."
    )
    #expect(
      answer("How fast?")
        == "**68/s** over 14 min 30 s: 59,192 series where this metric had 1,568 before, "
        + "37.8 times as many.")
    #expect(answer("Which service?") == "`checkout-service` (3 targets, 59,192 series).")
    let lost = try #require(answer("How much data was lost?"))
    #expect(lost.contains("The last sample here is of 2026-11-17T00:54:45Z"))
    #expect(
      lost.hasSuffix(
        "Remote write got as far as 2026-11-17T00:50:00Z: long-term storage lacks 4 min 45 s, "
          + "which are here."))
    #expect(
      answer("Could the head have been saved?")?.hasPrefix(
        "Yes: it can be read as it is, 61,451 series with 671,546 samples") == true)
    #expect(
      answer("What prevents it?")?.hasPrefix(
        "`sample_limit: 150` would have refused the scrape at 2026-11-17T00:40:00Z.") == true)
  }

  @Test func `a second run gives the same bytes but for the block of run facts`() throws {
    let bundle = folder.path + "/bundle"
    _ = try run(incident.data, "--output", bundle, "--with-series")
    let first = try files(bundle)
    #expect(try run(incident.data, "--output", bundle, "--with-series", "--force").status == 1)
    let second = try files(bundle)
    #expect(first.keys.sorted() == second.keys.sorted())
    let differing = first.keys.filter { first[$0] != second[$0] }.sorted()
    #expect(Set(differing).isSubset(of: ["SHA256SUMS", "manifest.json"]))
    func steady(_ files: [String: [UInt8]]) -> String {
      let lines = String(decoding: files["manifest.json"] ?? [], as: UTF8.self)
        .split(separator: "\n")
      let start = lines.firstIndex { $0.hasPrefix("  \"run\"") } ?? lines.endIndex
      let end = lines[start...].firstIndex { $0.hasPrefix("  }") } ?? lines.endIndex
      return (lines[..<start] + lines[end...]).joined(separator: "\n")
    }
    #expect(steady(first) == steady(second))
    #expect(steady(first).contains("\"sha256\""))
  }

  @Test(.enabled(if: exists("/usr/bin/sqlite3")))
  func `the database answers what the diagnosis says`() throws {
    let bundle = folder.path + "/bundle"
    _ = try run(incident.data, "--output", bundle, "--with-series")
    func query(_ statement: String) throws -> String {
      let result = try CommandRunner.run(
        "/usr/bin/sqlite3", ["-readonly", bundle + "/evidence.sqlite", statement])
      #expect(result.status == 0, "\(result.stderr)")
      return result.stdout
    }
    #expect(try query("PRAGMA integrity_check") == "ok\n")
    let series = try query("SELECT count(*) FROM series")
    #expect(series == (try query("SELECT value FROM facts WHERE name = 'series'")))
    #expect(series == (try query("SELECT sum(series) FROM metrics")))
    #expect(series == (try query("SELECT sum(series) FROM targets")))
    #expect(series == (try query("SELECT sum(born) FROM births")))
    let born = try query("SELECT sum(series) FROM accounts")
    #expect(born == (try query("SELECT sum(born) - sum(not_later_than) FROM births")))
    #expect(born == (try query("SELECT sum(born) FROM account_births")))
    let parts = """
      SELECT count(*) FROM accounts a WHERE a.label NOT NULL AND
      a.series <> (SELECT sum(p.series) FROM account_parts p WHERE p.account = a.id AND p.by = 'job')
      """
    #expect(try query(parts) == "0\n")
    let values = try query(
      """
      SELECT l.distinct_values = count(*) FROM labels l JOIN "values" v ON v.label = l.name
      GROUP BY l.name
      """)
    #expect(Set(values.split(separator: "\n")) == ["1"])
    let diagnosis = try CommandRunner.run(["diagnose", incident.data, "--format", "json"]).stdout
    let metric = try query("SELECT value FROM facts WHERE name = 'culprit_metric'").dropLast()
    #expect(diagnosis.contains("\"metric\" : \"\(metric)\""))
    let label = try query("SELECT value FROM facts WHERE name = 'culprit_label'").dropLast()
    #expect(diagnosis.contains("\"label\" : \"\(label)\""))
  }

  @Test func `what exists is kept without a force, and nothing goes into the directory`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    let before = try TreeState(copy.data)
    try makeFolder(folder.path + "/bundle")
    try writeFile(folder.path + "/bundle/mine", "mine".utf8)
    let refused = try run(copy.data, "--output", folder.path + "/bundle")
    #expect(refused.status == 2)
    #expect(refused.stderr.contains("is there already; --force replaces it"))
    #expect(try readText(folder.path + "/bundle/mine") == "mine")
    let inside = try run(copy.data, "--output", copy.data + "/bundle")
    #expect(inside.status == 2)
    #expect(inside.stderr.contains("lies in the inspected directory"))
    #expect(try run(copy.data, "--archive", copy.data + "/wal/b.tar.gz").status == 2)
    #expect(try run(copy.data, "--output", copy.data, "--force").status == 2)
    #expect(try run(copy.data, "--output", folder.path + "/no/where").status == 2)
    #expect(try run(copy.data, "--archive", folder.path + "/b.zip").status == 64)
    #expect(try run(copy.data).status == 64)
    #expect(try run(copy.data, "--output", folder.path + "/bundle", "--force").status == 0)
    #expect(!exists(folder.path + "/bundle/mine"))
    #expect(before.changes(to: try TreeState(copy.data)) == [])
    #expect(try namesInFolder(folder.path) == ["bundle"])
  }

  @Test func `an archive is the bundle in one file, with the same bytes each time`() throws {
    let archive = folder.path + "/b.tar.gz"
    #expect(try run(incident.data, "--archive", archive).status == 1)
    #expect(try namesInFolder(folder.path) == ["b.tar.gz"])
    let unpacked = try shell(
      "cd '\(folder.path)' && tar -xzf b.tar.gz && cd b && sha256sum --strict --quiet -c SHA256SUMS"
    )
    #expect(unpacked.status == 0, "\(unpacked.stdout)\(unpacked.stderr)")
    #expect(try namesInFolder(folder.path + "/b").contains("report.html"))
    let packed = folder.path + "/c.tar.zst"
    #expect(try run(incident.data, "--archive", packed).status == 1)
    #expect(Array(try readFile(packed).prefix(4)) == [0x28, 0xb5, 0x2f, 0xfd])
    if exists("/usr/bin/zstd") {
      let listed = try shell("zstd -dc '\(packed)' | tar -tf - | grep -c csv")
      #expect(listed.stdout == "16\n")
    }
  }

  @Test func `damage is told with its address, a repair and its cost, and the raw file`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/wal/00000005") { $0.flip(at: 14903, bit: 3) }
    let bundle = folder.path + "/bundle"
    let result = try run(
      copy.data, "--output", bundle, "--with-raw", "--event", "2026-11-17T00:00:00Z=deploy, v2",
      "--remote-written-until", "10m")
    #expect(result.status == 1, "\(result.stderr)")
    let findings = try readText(bundle + "/tables/findings.csv")
    #expect(findings.contains("\"wal.fragment.checksum\",\"loss\",\"wal/00000005\""))
    let report = try readText(bundle + "/report.json")
    #expect(report.contains("\"operation\" : \"skip-damage\""))
    #expect(report.contains("\"lostByServer\" : 2520"))
    #expect(report.contains("\"lost\" : {"))
    #expect(report.contains("\"remoteGap\" : {"))
    #expect(
      try readFile(bundle + "/raw/wal/00000005") == (try readFile(copy.data + "/wal/00000005")))
    let timeline = try readText(bundle + "/tables/timeline.csv")
    #expect(timeline.contains("1763337600000") == false)
    #expect(timeline.contains("\"event\",\"deploy, v2\""))
    #expect(timeline.contains("\"loss-begins\""))
    #expect(timeline.contains("\"remote-written\""))
  }

  @Test func `limits narrow births, tables and timeline`() throws {
    let bundle = folder.path + "/bundle"
    _ = try run(
      incident.data, "--output", bundle, "--match", #"{tenant=~"secrettenant[0-4]x"}"#, "--since",
      "10m", "--with-series")
    let metrics = try readText(bundle + "/tables/metrics.csv").split(separator: "\n")
    #expect(metrics == ["name,series", "\"requests_total\",5"])
    let whole = folder.path + "/whole"
    _ = try run(incident.data, "--output", whole)
    func lines(_ path: String) throws -> Int {
      try readText(path + "/tables/births.csv").split(separator: "\n").count
    }
    #expect(try lines(bundle) > 1)
    #expect(try !readText(bundle + "/tables/timeline.csv").contains("first-sample"))
    #expect(try readText(whole + "/tables/timeline.csv").contains("first-sample"))
  }
}
