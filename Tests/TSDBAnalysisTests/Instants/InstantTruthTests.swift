import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBAnalysis

/// How many series instant queries of real servers find: `count({__name__=~".+"})` at these times, asked of a
/// server on a copy of the directory (Tests/Judge/instants.py). Of `explosion-blocks` 14 series ended exactly
/// five minutes before the end: 3.5.3 finds 611 there, 2.53.3 625.
@Suite struct InstantTruthTests {
  struct Truth: Sendable, CustomTestStringConvertible {
    let fixture: String
    let release: String
    let counts: [(time: Int64, series: Int)]

    var lookback: Lookback { release.hasPrefix("2.") ? .before3 : .since3 }
    var testDescription: String { "\(fixture) on \(release)" }
  }

  @Test(arguments: truths)
  func `what is found at an instant is what a server finds`(truth: Truth) async throws {
    let directory = try DataDirectory(path: Fixture(truth.fixture).data)
    let read = await DirectoryHistory.read(directory, parts: [.head, .blocks], jobs: 2)
    for place in stride(from: 0, to: truth.counts.count - 1, by: 2) {
      let (first, second) = (truth.counts[place], truth.counts[place + 1])
      let presence = try await Presence.read(
        directory, of: read.history, view: .init(jobs: 2), at: [first.time, second.time],
        lookback: truth.lookback
      ).presence
      let diff = HistoryDiff(read.history, presence, selectors: [], limit: 0)
      #expect(diff.before == first.series, "at \(first.time)")
      #expect(diff.after == second.series, "at \(second.time)")
    }
  }

  @Test(arguments: truths)
  func `churn finds the same at the end of what it looks at`(truth: Truth) async throws {
    let directory = try DataDirectory(path: Fixture(truth.fixture).data)
    let read = await DirectoryHistory.read(directory, parts: [.head, .blocks], jobs: 2)
    let range = read.history.series.timeRange
    for count in truth.counts where count.time > range.minTime && count.time <= range.maxTime {
      var options = Churn.Options()
      options.maxTime = count.time
      options.lookback = truth.lookback
      options.groupings = []
      let churn = try await Churn.make(
        of: read, in: directory, view: .init(jobs: 2), options: options
      ).churn
      #expect(churn.aliveAtEnd == count.series, "at \(count.time)")
      #expect(churn.buckets?.alive.last == count.series, "at \(count.time)")
      #expect(churn.earlier + churn.born - churn.died == churn.aliveAtEnd + churn.awayAtEnd)
    }
  }

  static let truths: [Truth] = [
    Truth(
      fixture: "sound/explosion-blocks", release: "3.5.3",
      counts: [
        (1_794_873_599_999, 0), (1_794_873_600_000, 289), (1_794_899_970_000, 611),
        (1_794_900_269_999, 457), (1_794_900_270_000, 0), (1_794_874_858_000, 289),
        (1_794_875_220_000, 289), (1_794_875_546_000, 289), (1_794_876_030_000, 289),
        (1_794_876_483_000, 289), (1_794_876_758_000, 289), (1_794_878_661_000, 289),
        (1_794_880_804_000, 289), (1_794_884_466_000, 289), (1_794_885_870_000, 611),
        (1_794_886_848_000, 611), (1_794_890_626_000, 611), (1_794_891_581_000, 611),
        (1_794_893_155_000, 611), (1_794_895_441_000, 597),
      ]),
    Truth(
      fixture: "sound/explosion-blocks", release: "2.53.3",
      counts: [
        (1_794_873_599_999, 0), (1_794_873_600_000, 289), (1_794_899_970_000, 625),
        (1_794_900_269_999, 457), (1_794_900_270_000, 457), (1_794_874_858_000, 289),
        (1_794_875_220_000, 289), (1_794_875_546_000, 289), (1_794_876_030_000, 289),
        (1_794_876_483_000, 289), (1_794_876_758_000, 289), (1_794_878_661_000, 289),
        (1_794_880_804_000, 289), (1_794_884_466_000, 289), (1_794_885_870_000, 625),
        (1_794_886_848_000, 611), (1_794_890_626_000, 611), (1_794_891_581_000, 611),
        (1_794_893_155_000, 611), (1_794_895_441_000, 597),
      ]),
    Truth(
      fixture: "sound/ooo-3.5", release: "3.5.3",
      counts: [
        (1_794_873_599_999, 0), (1_794_873_600_000, 27), (1_794_890_685_000, 27),
        (1_794_890_984_999, 27), (1_794_890_985_000, 0), (1_794_874_858_000, 27),
        (1_794_875_220_000, 27), (1_794_875_546_000, 27), (1_794_875_943_000, 27),
        (1_794_876_030_000, 27), (1_794_876_483_000, 27), (1_794_876_758_000, 27),
        (1_794_878_661_000, 27), (1_794_880_804_000, 27), (1_794_884_466_000, 27),
        (1_794_885_870_000, 27), (1_794_886_848_000, 30), (1_794_887_631_000, 30),
        (1_794_888_150_000, 30), (1_794_890_626_000, 27),
      ]),
    Truth(
      fixture: "sound/rollouts", release: "3.5.3",
      counts: [
        (1_794_873_599_999, 0), (1_794_873_600_000, 502), (1_794_881_280_000, 502),
        (1_794_881_579_999, 502), (1_794_881_580_000, 0), (1_794_874_005_000, 502),
        (1_794_874_086_000, 502), (1_794_874_207_000, 502), (1_794_874_389_000, 502),
        (1_794_874_865_000, 502), (1_794_875_401_000, 502), (1_794_876_316_000, 502),
        (1_794_876_667_000, 502), (1_794_876_912_000, 502), (1_794_877_856_000, 502),
        (1_794_878_095_000, 502), (1_794_878_488_000, 502), (1_794_879_060_000, 502),
        (1_794_880_489_000, 502), (1_794_881_231_000, 502),
      ]),
    Truth(
      fixture: "sound/nh-3.5", release: "3.5.3",
      counts: [
        (1_794_873_599_999, 0), (1_794_873_600_000, 14), (1_794_907_770_000, 14),
        (1_794_908_069_999, 14), (1_794_908_070_000, 0), (1_794_876_116_000, 14),
        (1_794_876_840_000, 14), (1_794_877_492_000, 14), (1_794_878_287_000, 14),
        (1_794_878_461_000, 14), (1_794_879_367_000, 14), (1_794_879_916_000, 14),
        (1_794_883_723_000, 14), (1_794_888_008_000, 14), (1_794_895_332_000, 14),
        (1_794_898_140_000, 14), (1_794_900_096_000, 14), (1_794_901_663_000, 14),
        (1_794_902_701_000, 14), (1_794_907_653_000, 14),
      ]),
    Truth(
      fixture: "sound/head-mixed", release: "3.5.3",
      counts: [
        (1_794_873_599_999, 0), (1_794_873_600_000, 80), (1_794_900_601_000, 80),
        (1_794_900_900_999, 1), (1_794_900_901_000, 0), (1_794_874_858_000, 79),
        (1_794_875_220_000, 79), (1_794_875_546_000, 79), (1_794_876_030_000, 79),
        (1_794_876_483_000, 79), (1_794_876_758_000, 79), (1_794_878_661_000, 79),
        (1_794_880_804_000, 79), (1_794_884_466_000, 79), (1_794_885_870_000, 79),
        (1_794_886_848_000, 83), (1_794_890_626_000, 79), (1_794_891_581_000, 79),
        (1_794_893_155_000, 79), (1_794_895_441_000, 79),
      ]),
    Truth(
      fixture: "sound/head-mixed", release: "2.53.3",
      counts: [
        (1_794_873_599_999, 0), (1_794_873_600_000, 80), (1_794_900_601_000, 80),
        (1_794_900_900_999, 1), (1_794_900_901_000, 1), (1_794_874_858_000, 79),
        (1_794_875_220_000, 79), (1_794_875_546_000, 79), (1_794_876_030_000, 79),
        (1_794_876_483_000, 79), (1_794_876_758_000, 79), (1_794_878_661_000, 79),
        (1_794_880_804_000, 79), (1_794_884_466_000, 79), (1_794_885_870_000, 79),
        (1_794_886_848_000, 83), (1_794_890_626_000, 79), (1_794_891_581_000, 79),
        (1_794_893_155_000, 79), (1_794_895_441_000, 79),
      ]),
  ]
}
