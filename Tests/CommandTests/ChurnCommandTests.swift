import FoundationEssentials
import TestSupport
import Testing

/// `churn`, `diff` and the closer looks of `analyze`, as a user runs them.
@Suite struct ChurnCommandTests {
  private struct Report: Decodable {
    struct Bucket: Decodable {
      let start: String
      let born: Int
      let died: Int
      let alive: Int
    }
    struct Grouping: Decodable {
      struct Group: Decodable { let born: Int }
      let by: String
      let churning: [Group]
    }
    let schemaVersion: Int
    let buckets: [Bucket]
    let groupings: [Grouping]
  }

  @Test func `churn gives every step of the incident`() throws {
    let result = try CommandRunner.run([
      "churn", Fixture("sound/explosion-small").data, "--step", "15s", "--format", "json", "--by",
      "job",
    ])
    #expect(result.status == 1)
    let report = try JSONDecoder().decode(Report.self, from: Data(result.stdout.utf8))
    #expect(report.schemaVersion == 2)
    #expect(report.buckets.count == 220)
    #expect(report.buckets.first?.start == "2026-11-17T00:00:00.000Z")
    #expect(report.buckets.first?.born == 2259)
    #expect(report.buckets.map(\.born).reduce(0, +) == 61_451)
    #expect(report.groupings.map(\.by) == ["job"])
  }

  @Test func `churn as lines of CSV`() throws {
    let result = try CommandRunner.run([
      "churn", Fixture("sound/rollouts").data, "--step", "1h", "--format", "csv",
    ])
    #expect(result.status == 0)
    #expect(
      result.stdout == """
        start,born,bornNotLaterThan,died,alive,away
        2026-11-17T00:00:00.000Z,1002,502,500,502,0
        2026-11-17T01:00:00.000Z,1000,0,1000,502,0
        2026-11-17T02:00:00.000Z,0,0,0,502,0

        """)
  }

  @Test func `a step that is too small is refused with a sentence`() throws {
    let result = try CommandRunner.run(["churn", Fixture("sound/rollouts").data, "--step", "1ms"])
    #expect(result.status == 2)
    #expect(result.stderr.contains("more than 200,000 buckets"))
    #expect(
      try CommandRunner.run(["churn", Fixture("sound/rollouts").data, "--step", "0s"]).status == 64)
  }

  @Test func `analyze takes a metric apart`() throws {
    let result = try CommandRunner.run([
      "analyze", Fixture("sound/rollouts").data, "--metric", "http_request_duration_seconds_bucket",
    ])
    #expect(result.status == 0)
    #expect(result.stdout.contains("What would be left without a label"))
    #expect(result.stdout.contains("checkout-7d9fac-00x"))
    let unknown = try CommandRunner.run([
      "analyze", Fixture("sound/rollouts").data, "--metric", "nope",
    ])
    #expect(unknown.status == 2)
    #expect(unknown.stderr.contains("nope"))
  }

  @Test func `analyze shows one table`() throws {
    let result = try CommandRunner.run([
      "analyze", Fixture("sound/rollouts").data, "--by", "version", "--limit", "2",
    ])
    #expect(
      result.stdout == """
        Values of version by series, everything
          series
              50  1.0.0
              50  1.1.0

        """)
    let both = try CommandRunner.run([
      "analyze", Fixture("sound/rollouts").data, "--by", "metric", "--label", "job",
    ])
    #expect(both.status == 64)
  }

  @Test func `diff of a directory with itself is clean, of two times it is not`() throws {
    let data = Fixture("sound/rollouts").data
    let same = try CommandRunner.run(["diff", data, data])
    #expect(same.status == 0)
    #expect(same.stdout.contains("2,002 series in both, 0 appeared, 0 vanished"))
    let times = try CommandRunner.run([
      "diff", data, "--since", "2026-11-17T00:10:00Z", "--format", "json",
    ])
    #expect(times.status == 1)
    #expect(times.stdout.contains("\"appearedSeries\" : 500"))
    #expect(try CommandRunner.run(["diff", data]).status == 64)
  }

  /// 14 series end exactly five minutes before the end: 3.5.3 finds 611 series there, 2.53.3 625.
  @Test func `a release decides whether a sample that is five minutes old is found`() throws {
    let data = Fixture("sound/explosion-blocks").data
    for (release, series) in [("3.5", 611), ("2.53.3", 625)] {
      let diff = try CommandRunner.run([
        "diff", data, "--since", "0s", "--until", "0s", "--prometheus-version", release,
      ])
      #expect(diff.status == 0)
      #expect(diff.stdout.contains("\(series) series in both, 0 appeared, 0 vanished"))
      let analyze = try CommandRunner.run([
        "analyze", data, "--at", "0s", "--prometheus-version", release,
      ])
      #expect(analyze.stdout.contains("  \(series) series, "))
      let churn = try CommandRunner.run(["churn", data, "--prometheus-version", release])
      #expect(churn.stdout.contains(", \(series) alive at the end\n"))
    }
  }

  @Test func `what tombstones delete whole is counted apart`() throws {
    let deletions = RecordBuilder.tombstones([(ref: 1, from: 0, to: 5000)])
    let directory = try LogDirectory([
      [
        LogDirectory.series(1, "gone"), LogDirectory.series(2, "stays"),
        LogDirectory.samples(1, [1000, 2000]), LogDirectory.samples(2, [1000, 2000]), deletions,
      ]
    ])
    let churn = try CommandRunner.run(["churn", directory.data])
    #expect(churn.stdout.contains("  not counted: 1 series, deleted whole by tombstones\n"))
    let analyze = try CommandRunner.run(["analyze", directory.data])
    #expect(analyze.stdout.contains("1 series, 2 label names"))
    #expect(analyze.stdout.contains("1 deleted whole by tombstones and not counted"))
    let whole = try LogDirectory([
      [LogDirectory.series(2, "stays"), LogDirectory.samples(2, [1000, 2000])]
    ])
    let diff = try CommandRunner.run(["diff", directory.data, whole.data])
    #expect(diff.status == 0)
    #expect(diff.stdout.contains("1 series, and 1 deleted whole by tombstones"))
  }

  @Test func `--at looks at what is merged`() throws {
    let data = Fixture("sound/rollouts").data
    let found = try CommandRunner.run([
      "analyze", data, "--at", "2026-11-17T00:10:00Z", "--by", "version",
    ])
    #expect(
      found.stdout == """
        Values of version by series, everything
          series
              50  1.0.0

        """)
    #expect(try CommandRunner.run(["analyze", data, "--at", "1h", "--extended"]).status == 64)
  }

  @Test func `diff tells which gap the other of a pair can fill`() throws {
    let whole = Fixture("sound/ooo-3.5")
    let copy = try whole.copy()
    for name in try namesInFolder(copy.data) where name.count == 26 {
      removeTree(copy.data + "/" + name)
    }
    let result = try CommandRunner.run(["diff", copy.data, whole.data])
    #expect(result.status == 1)
    #expect(result.stdout.contains("Without samples in \(copy.data)"))
  }
}
