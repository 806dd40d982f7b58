import TSDBStore
import TestSupport
import Testing

@testable import TSDBDiagnosis

/// What follows on a start, as servers of 2.42.0, 2.53.3 and 3.5.3 did it that ran for a minute and a half on such
/// directories.
@Suite struct StartupOutlookTests {
  private let now: Int64 = 1_796_083_200_000
  private let hour: Int64 = 3_600_000

  private func predict(
    _ records: [[UInt8]], _ version: ServerBehaviour = .v3_5
  ) async throws -> StartupPrediction {
    let log = try LogDirectory([records])
    try makeFolder(log.data + "/chunks_head")
    var options = StartupOptions(version: version)
    options.now = now
    return await DirectoryStart.read(try DataDirectory(path: log.data), options, jobs: 1).prediction
  }

  private func series(_ all: [(UInt64, [(String, String)])]) -> [UInt8] {
    [1] + all.flatMap { RecordBuilder.series($0.0, $0.1) }
  }

  private func samples(_ refs: [UInt64], hours: Int64) -> [[UInt8]] {
    let start = now - hours * hour
    return stride(from: start, to: now, by: 600_000).map { time in
      RecordBuilder.samples(refs.map { (ref: $0, time: time, value: 1) })
    }
  }

  private let doubled: [(UInt64, [(String, String)])] = [
    (1, [("__name__", "a"), ("i", "1"), ("ns", "x")]),
    (2, [("__name__", "a"), ("i", "2"), ("ns", "x"), ("ns", "x")]),
  ]

  @Test func `a sound head has nothing behind its start`() async throws {
    let found = try await predict(
      [series([(1, [("__name__", "a")])])] + samples([1], hours: 7))
    #expect(found.first.outcome == .starts)
    #expect(found.later == [])
  }

  /// A server of 3.5.3 logged it a minute behind its start, and at each later try.
  @Test func `no blocks are joined beside one whose meta json cannot be read`() async throws {
    let copy = try Fixture("damaged-base/main").copy()
    let block = copy.data + "/01M7XPVHDBEN0X46Y430AHYY2Q"
    removeTree(block + "/meta.json")
    func predict() async throws -> StartupPrediction {
      await DirectoryStart.read(
        try DataDirectory(path: copy.data), StartupOptions(version: .v3_5), jobs: 1
      ).prediction
    }
    let missing = try await predict()
    #expect(missing.first.outcome == .startsWithLoss)
    #expect(missing.later.map(\.matter) == [.blockCompaction])
    #expect(
      missing.later.first?.message
        == "compaction failed: plan compaction: open data/01M7XPVHDBEN0X46Y430AHYY2Q/meta.json: no such file or "
        + "directory")
    try writeFile(block + "/meta.json", Array(#"{"version": 1, "minTime": 1.5}"#.utf8))
    #expect(
      try await predict().later.first?.reason.text
        == "no blocks are joined as long as 01M7XPVHDBEN0X46Y430AHYY2Q is there, whose meta.json cannot be read"
    )
  }

  @Test func `a label that comes more often than there are series stops every block`() async throws
  {
    let records = [series(doubled)] + samples([1, 2], hours: 7)
    let found = try await predict(records)
    #expect(found.first.outcome == .startsThenFails)
    #expect(
      found.first.message
        == #"compaction failed: corruption detected when writing postings to index: label "ns" has 3 uses, but maxPostings is 2"#
    )
    #expect(found.later.map(\.matter) == [.headCompaction])
    #expect(found.needs == [.labels])
    // It looks for room for ever, and says nothing.
    let old = try await predict(records, .v2_42)
    #expect(old.first.outcome == .startsThenFails)
    #expect(old.first.message == nil)
    let short = try await predict([series(doubled)] + samples([1, 2], hours: 2))
    #expect(
      short.later.first?.reason.text.hasPrefix(
        "as soon as the head reaches over more than three hours") == true)
  }

  @Test func `the cut is found in which a label comes too often`() async throws {
    // Two more series are there in the first cut and in the last, and not between.
    let more: [(UInt64, [(String, String)])] = [
      (3, [("__name__", "b"), ("i", "3")]), (4, [("__name__", "b"), ("i", "4")]),
      (5, [("__name__", "c"), ("i", "5")]), (6, [("__name__", "c"), ("i", "6")]),
    ]
    let begin = now - 10 * hour
    let records =
      [series(doubled + more)] + samples([1, 2], hours: 10)
      + [
        RecordBuilder.samples([3, 4].map { (ref: $0, time: begin, value: 1) }),
        RecordBuilder.samples([5, 6].map { (ref: $0, time: now - hour, value: 1) }),
      ]
    let found = try await predict(records)
    #expect(
      found.first.message
        == #"compaction failed: corruption detected when writing postings to index: label "ns" has 3 uses, but maxPostings is 2"#
    )
  }

  @Test func `a series without labels stops before a later cut is looked at`() async throws {
    let records =
      [series(doubled + [(3, [])])] + samples([1, 2], hours: 10)
      + [RecordBuilder.samples([(ref: 3, time: now - 10 * hour, value: 1)])]
    let found = try await predict(records)
    #expect(found.first.message?.contains("out-of-order series added") == true)
  }

  /// As many blocks as series: each block was held against each series, three times.
  @Test func `a head of many series at many times is looked at once`() async throws {
    let refs: ClosedRange<UInt64> = 3...4000
    let all = doubled + refs.map { ($0, [("__name__", "b"), ("i", "\($0)")]) }
    let log = refs.map { ref in
      let time = now - (4000 - Int64(ref)) * 2 * hour
      return RecordBuilder.samples([2, ref].map { (ref: $0, time: time, value: 1) })
    }
    let found = try await predict([series(all)] + log)
    #expect(!found.later.contains { $0.matter == .headCompaction })
  }

  @Test func `a label twice among many series is written`() async throws {
    let many = (3..<9).map { (UInt64($0), [("__name__", "b"), ("i", "\($0)")]) }
    let found = try await predict(
      [series(doubled + many)] + samples(Array(1..<9), hours: 7))
    #expect(found.later == [])
  }

  @Test(
    arguments: [
      (
        [], #"add series: out-of-order series added with label set "{}", last label set "{}""#,
        LabelText.v3_5
      ),
      ([], #"add series: out-of-order series added with label set "{}""#, .v2_53),
      (
        [],
        #"compact head: persist head block: populate block: add series: out-of-order series added with label set "{}""#,
        .v2_42
      ),
      (
        [("", ""), ("a", "x")],
        #"add series: out-of-order series added with label set "{=\"\", a=\"x\"}""#, .v2_53
      ),
    ] as [([(String, String)], String, LabelText)])
  func `a series without labels, or without name and value, stops every block`(
    labels: [(String, String)], message: String, version: LabelText
  ) async throws {
    let records = [series([(1, [("__name__", "a")]), (2, labels)])] + samples([1, 2], hours: 7)
    let found = try await predict(records, version.behaviour)
    #expect(found.later.contains { $0.message == "compaction failed: " + message })
  }

  /// A release, for arguments.
  enum LabelText: Sendable {
    case v2_42, v2_53, v3_5
    var behaviour: ServerBehaviour {
      switch self {
      case .v2_42: .v2_42
      case .v2_53: .v2_53
      case .v3_5: .v3_5
      }
    }
  }

  @Test func `queries fail over a label without a name from 3 on`() async throws {
    let records = [series([(1, [("", "q"), ("__name__", "a")])])] + samples([1], hours: 2)
    #expect(try await predict(records).later.map(\.matter) == [.query])
    #expect(try await predict(records, .v2_53).later == [])
  }

  @Test func `samples of the future refuse scrapes`() async throws {
    let records = [series([(1, [("__name__", "a")])])] + samples([1], hours: 1)
    let ahead = [LogDirectory.samples(1, [now + 6 * hour])]
    let found = try await predict(records + ahead)
    #expect(found.first.outcome == .startsThenFails)
    #expect(found.later.map(\.matter) == [.scrape])
    #expect(found.later[0].reason.text.contains("until 2026-12-01T05:00:00Z:"))
    let near = try await predict(records + [LogDirectory.samples(1, [now + hour])])
    #expect(near.later == [])
  }

  @Test func `samples of 1970 are cut into a block, and that is deleted`() async throws {
    let old = LogDirectory.samples(1, stride(from: 0, to: 4 * hour, by: 600_000))
    let found = try await predict(
      [series([(1, [("__name__", "a")]), (2, [("__name__", "b")])]), old] + samples([2], hours: 7))
    #expect(found.later.map(\.matter) == [.retention])
    #expect(found.later[0].samples == 24)
    #expect(found.later[0].deletes == [])
  }
}
