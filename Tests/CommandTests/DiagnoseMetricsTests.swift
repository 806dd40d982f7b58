import TestSupport
import Testing

/// `diagnose --format openmetrics` and `--textfile`, for a job over snapshots that alerts.
@Suite struct DiagnoseMetricsTests {
  private func metrics(_ directory: String) throws -> [Substring] {
    let result = try CommandRunner.run(["diagnose", directory, "--format", "openmetrics"])
    return result.stdout.split(separator: "\n")
  }

  /// The number behind the row that begins with `row`.
  private func value(_ row: String, in lines: [Substring]) -> Double? {
    lines.first { $0.hasPrefix(row + " ") }
      .flatMap { Double($0.dropFirst(row.utf8.count + 1)) }
  }

  @Test func `an incident is told with its label, its job, its series and its onset`() throws {
    let lines = try metrics(Fixture("sound/explosion-small").data)
    let incident =
      #"{incident="1",kind="label-values",metric="http_request_duration_seconds_bucket","#
      + #"label="request_id",job="checkout-service"}"#
    #expect(value("epimetheus_incident_series" + incident, in: lines) == 59_192)
    #expect(
      value("epimetheus_incident_onset_timestamp_seconds" + incident, in: lines) == 1_794_876_000)
    #expect(value("epimetheus_series", in: lines) == 61_451)
    #expect(value("epimetheus_start_outcome{outcome=\"starts\"}", in: lines) == 1)
    #expect(value("epimetheus_start_outcome{outcome=\"refuses\"}", in: lines) == 0)
    #expect(lines.last == "# EOF")
  }

  @Test func `every row belongs to the family that was named before it, and stands once`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/wal/00000005") { $0.flip(at: 14_903, bit: 3) }
    var family = ""
    var seen: Set<Substring> = []
    for line in try metrics(copy.data).dropLast() {
      let words = line.split(separator: " ")
      if line.hasPrefix("# TYPE ") {
        family = String(words[2])
        #expect(words[3] == "gauge")
      } else if !line.hasPrefix("#") {
        #expect(line.prefix { $0 != "{" && $0 != " " } == family)
        #expect(seen.insert(words.dropLast().joined(separator: " ")[...]).inserted)
      }
    }
    let lines = try metrics(copy.data)
    #expect(value("epimetheus_problems{kind=\"damaged\"}", in: lines) == 1)
    #expect(value("epimetheus_start_outcome{outcome=\"starts-with-loss\"}", in: lines) == 1)
    #expect((value("epimetheus_start_lost_samples", in: lines) ?? 0) > 0)
  }

  @Test func `a text file is replaced as a whole, and never lies in the directory`() throws {
    let folder = try TemporaryDirectory()
    let data = Fixture("damaged-base/main").data
    let file = folder.path + "/prometheus.prom"
    try writeFile(file, Array("old\n".utf8))
    let result = try CommandRunner.run(["diagnose", data, "--textfile", file])
    #expect(result.status == 0)
    #expect(result.stdout.contains("Prometheus will start."))
    let text = String(decoding: try readFile(file), as: UTF8.self)
    #expect(text.hasPrefix("# HELP epimetheus_build_info "))
    #expect(text.hasSuffix("# EOF\n"))
    #expect(try namesInFolder(folder.path) == ["prometheus.prom"])

    let copy = try Fixture("damaged-base/main").copy()
    let inside = try CommandRunner.run(["diagnose", copy.data, "--textfile", copy.data + "/x.prom"])
    #expect(inside.status == 2)
    #expect(inside.stderr.contains("lies in the inspected directory"))
  }
}
