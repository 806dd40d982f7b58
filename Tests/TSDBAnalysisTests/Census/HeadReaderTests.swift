import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBAnalysis

@Suite struct HeadReaderTests {
  /// All that a result says, series by series in the order of their ids.
  private struct Account: Equatable {
    var series: [String] = []
    var numbers: [Int]
    var records: [RecordType: HeadCensus.RecordCount]
    var problems: [String]

    init(_ result: HeadReader.Result) {
      let census = result.census
      let history = census.history
      for id in 0..<history.series.count {
        let pairs = history.series.pairs(of: SeriesTable.SeriesID(id))
        var words: [String] = ["\(history.series.times[id])"]
        for index in pairs.indices {
          let label = history.pairs.label(ofPair: pairs[index])
          words.append(String(decoding: label.name + [0x3d] + label.value, as: UTF8.self))
        }
        series.append(words.joined(separator: " "))
      }
      numbers = [
        census.samples, census.samplesInBlocks, census.samplesNotNewer,
        census.samplesOfUnknownSeries, census.outOfOrderSamples, census.refsReused,
        census.liveSeries, result.lostBytes,
      ]
      records = census.records
      problems = result.problems.map { "\($0)" }
    }
  }

  static let fixtures: [Fixture] =
    ["sound/head-mixed", "sound/ooo-3.5", "sound/explosion-small", "states/f26b-enospc-real"]
    .map { Fixture($0) }

  @Test(arguments: fixtures) func `any number of jobs gives the same`(
    fixture: Fixture
  ) async throws {
    let one = Account(try await fixture.census(jobs: 1))
    #expect(one.series.isEmpty == false)
    for jobs in [0, 2, 8] {
      let other = Account(try await fixture.census(jobs: jobs))
      #expect(other == one, "\(fixture) with \(jobs) jobs")
    }
  }

  @Test func `damage is told with its file, and the rest is counted`() async throws {
    let copy = try Fixture("damaged-base/main").copy()
    let sound = try await Fixture.census(of: copy.data)
    #expect(sound.problems == [])
    #expect(sound.lostBytes == 0)
    let path = copy.data + "/wal/00000005"
    try damage(path) { $0.flip(at: 14903, bit: 3) }
    let spoilt = try await Fixture.census(of: copy.data)
    #expect(spoilt.problems.count == 1)
    guard case .damaged(let where_, let error)? = spoilt.problems.first else {
      Issue.record("no damage")
      return
    }
    #expect(where_ == path)
    #expect(error.rule == "wal.fragment.checksum")
    #expect(error.offset == 14876)
    #expect(spoilt.lostBytes == 468)
    #expect(spoilt.census.liveSeries == sound.census.liveSeries)
    #expect(
      spoilt.census.records[.samples]?.records == (sound.census.records[.samples]?.records ?? 0) - 1
    )
  }

  @Test func `a segment that is not there is a problem and not the end`() async throws {
    let wal = Fixture("sound/head-mixed").file("wal")
    let segments =
      [LogSegment(path: wal + "/checkpoint.00000002/00000000", part: .checkpoint)]
      + [3, 99, 4].map { LogSegment(path: wal + "/" + SegmentFile.name($0), part: .wal) }
    let result = await HeadReader.read(segments, minValidTime: .min, jobs: 2)
    #expect(result.problems.count == 1)
    #expect("\(result.problems)".contains("00000099"))
    #expect(result.census.samples > 0)
  }

  @Test func `samples without series are one finding, unless the log has no series at all`() async {
    let head = Fixture("sound/head-mixed")
    let without = await HeadReader.read(
      ["wal/00000003", "wal/00000004"].map { LogSegment(path: head.file($0), part: .wal) },
      minValidTime: .min, jobs: 2)
    #expect(without.census.samplesOfUnknownSeries > 0)
    #expect(without.problems.map(\.path) == [head.file("wal/00000003")])
    let wbl = Fixture("sound/ooo-3.5").file("wbl/00000001")
    let alone = await HeadReader.read(
      [LogSegment(path: wbl, part: .wbl)], minValidTime: .min, jobs: 2)
    #expect(alone.census.samplesOfUnknownSeries > 0)
    #expect(alone.problems == [])
  }

  @Test func `no sources give an empty head`() async {
    let result = await HeadReader.read([], minValidTime: 7, jobs: 2)
    #expect(result.problems == [])
    #expect(result.census.liveSeries == 0)
    #expect(result.census.timeRange.isEmpty == true)
    #expect(result.census.minValidTime == 7)
  }
}
