import FoundationEssentials
import TestSupport
import Testing

/// Files may claim any time. What is further apart than an Int64 can say, and what lies at the ends of time,
/// is told like all else.
@Suite struct ExtremeTimesTests {
  /// Times of the series `a` and of `b`: more than 2^63 ms apart, at both ends, and one that is sane beside
  /// one that is not.
  static let times: [([Int64], [Int64])] = [
    ([-1 << 61], [1 << 62]), ([-1 << 62], [1 << 62]), ([.min, 0, .max], [.max]), ([.min], [.min]),
    ([.max, .max - 1], [.max]), ([1_794_873_600_000], [4_000_000_000_000_000_000]),
  ]

  private func directory(_ times: ([Int64], [Int64])) throws -> LogDirectory {
    try LogDirectory([
      [
        LogDirectory.series(1, "a"), LogDirectory.series(2, "b"), LogDirectory.samples(1, times.0),
        LogDirectory.samples(2, times.1),
      ]
    ])
  }

  @Test(arguments: times) func `no command is ended by any time`(times: ([Int64], [Int64])) throws {
    let lines =
      CommandLines.all + [
        ["analyze", "--metric", "a"], ["churn", "--step", "1y"], ["whatif", "--drop-label", "x"],
        ["diff", Fixture("sound/head-mixed").data], ["diff", Fixture("sound/rollouts").data],
      ]
    let log = try directory(times)
    try CommandLines.survive(log.data, lines)
  }

  private struct Report: Decodable {
    struct Bucket: Decodable {
      let start: String
      let alive: Int
      let born: Int
      let died: Int
    }
    let stepMilliseconds: Int64
    let buckets: [Bucket]
  }

  @Test func `churn over all of time has few buckets, and counts every series once`() throws {
    let log = try directory(([.min, 0, .max], [.max]))
    let result = try CommandRunner.run([
      "churn", log.data, "--format", "json",
    ])
    #expect(result.status == 0)
    let report = try JSONDecoder().decode(Report.self, from: Data(result.stdout.utf8))
    #expect(report.buckets.count == 240)
    #expect(report.buckets.map(\.born).reduce(0, +) == 2)
    #expect(report.stepMilliseconds == 76_861_433_640_456_466)
    #expect(report.buckets.first?.start == "-292275055-05-16T16:47:04.192Z")
    // A server serves no sample of the first millisecond, and a sample of the last one has no time left in
    // which it is found.
    #expect(report.buckets.first?.alive == 0)
    #expect(report.buckets.map(\.died).reduce(0, +) == 2)
    #expect(report.buckets.last?.alive == 0)
  }

  /// Replay takes what is later than the last m-mapped sample, and the first millisecond there is stands for
  /// none (tsdb/head_wal.go, `mmMaxTime`).
  @Test func `a sample at the end of time is dumped, and as by a server none at its beginning`()
    throws
  {
    let log = try directory(([.min, 0, .max], []))
    let result = try CommandRunner.run([
      "dump", "samples", log.data, "--format", "promtool",
    ])
    #expect(result.status == 0)
    #expect(
      result.stdout.split(separator: "\n").map { $0.split(separator: " ").last } == [
        "0", "9223372036854775807",
      ])
  }

  /// A block ends behind its last sample, and there is no time behind the last.
  @Test func `no block is written at the end of time`() throws {
    let output = try TemporaryDirectory()
    let log = try directory(([.max], [.max - 1]))
    let result = try CommandRunner.run([
      "surgery", "flush-head", log.data, "--output",
      output.path + "/blocks", "--format", "json",
    ])
    #expect(result.status == 2)
    #expect(result.stderr.contains("which no block can hold"), "\(result.stderr)")
    #expect(try namesInFolder(output.path) == [])
  }

  @Test func `counts that no block holds are said, and harm nothing`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    for name in try namesInFolder(copy.data) where name.utf8.count == 26 {
      let meta = copy.data + "/" + name + "/meta.json"
      let lines = try readText(meta).split(separator: "\n").map { line in
        ["numSamples", "numSeries"].first { line.contains($0) }
          .map { "\"\($0)\": 18446744073709551615," } ?? String(line)
      }
      try writeFile(meta, Array(lines.joined(separator: "\n").utf8))
      removeTree(copy.data + "/" + name + "/index")
    }
    let result = try CommandRunner.run([
      "repair", copy.data, "--output", copy.path + "/new", "--yes",
    ])
    // Nobody can read what they claim: it is said, and not counted.
    #expect(result.status == 0)
    #expect(result.stdout.contains("  of 36,720 samples that can be read here\n"))
    #expect(
      result.stdout.split(separator: "\n").count {
        $0.contains("its meta.json speaks of 18,446,744,073,709,551,615 samples")
      } == 3)
  }
}
