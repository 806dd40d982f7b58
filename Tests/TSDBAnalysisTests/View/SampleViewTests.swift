import Synchronization
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBAnalysis

/// What a view hands over, kept.
private final class Collector: Sendable {
  private let state = Mutex<[(labels: [Label], samples: SampleBatch)]>([])

  /// All samples of a directory, by series, in the order they were handed over.
  static func read(
    _ path: String, _ options: SampleView.Options = .init()
  ) async throws -> (series: [(labels: [Label], samples: SampleBatch)], problems: [FileError]) {
    let collector = Collector()
    let view = SampleView(try DataDirectory(path: path), options: options)
    let problems = try await view.writeSamples { labels, samples, out in
      collector.state.withLock { series in
        if let index = series.lastIndex(where: { $0.labels == labels }) {
          series[index].samples.append(contentsOf: samples)
        } else {
          series.append((labels, samples))
        }
      }
    } to: { _ in
    }
    return (collector.state.withLock { $0 }, problems)
  }
}

/// The view against what a server serves.
@Suite struct SampleViewTests {
  // MARK: Every sample of Prometheus 3.14

  static let dumps = Fixture.allOfFullSet("sound").filter {
    $0.truthNames.contains { $0.hasPrefix("dump.txt") }
  }

  /// A sample without what a server makes up when it packs histograms anew: buckets without
  /// observations, and the hint about counter resets.
  private func canonical(_ batch: SampleBatch, at index: Int) -> String {
    let head = "\(batch.times[index]) \(batch.startTime(at: index)) "
    switch batch.value(at: index) {
    case .float(let bits): return head + String(bits, radix: 16)
    case .histogram(let histogram):
      let (count, zero): (String, String)
      var (positive, negative): ([UInt64], [UInt64])
      switch histogram.counts {
      case .integer(let all, let inZero, let above, let below):
        (count, zero) = ("\(all)", "\(inZero)")
        func absolute(_ deltas: [Int64]) -> [UInt64] {
          var sum: Int64 = 0
          return deltas.map {
            sum &+= $0
            return UInt64(bitPattern: sum)
          }
        }
        (positive, negative) = (absolute(above), absolute(below))
      case .float(let all, let inZero, let above, let below):
        (count, zero) = ("\(all.bitPattern)", "\(inZero.bitPattern)")
        (positive, negative) = (above.map(\.bitPattern), below.map(\.bitPattern))
      }
      let buckets = [
        filled(histogram.positiveSpans, positive), filled(histogram.negativeSpans, negative),
      ]
      return head
        + "\(histogram.isFloat) \(histogram.schema) \(histogram.zeroThreshold.bitPattern) "
        + "\(count) \(zero) \(histogram.sum.bitPattern) \(buckets) \(histogram.customBounds)"
    }
  }

  private func filled(_ spans: [Histogram.Span], _ counts: [UInt64]) -> [String] {
    var result: [String] = []
    var bucket = 0
    var next = 0
    for span in spans {
      bucket += Int(span.offset)
      for _ in 0..<span.length {
        if counts[next] != 0 { result.append("\(bucket):\(counts[next])") }
        bucket += 1
        next += 1
      }
    }
    return result
  }

  @Test(arguments: dumps) func `every sample is the one that Prometheus 3 serves`(
    fixture: Fixture
  ) async throws {
    let truth = ChunkTruth.read(dump: try #require(try fixture.truthText("dump.txt")))
    #expect(truth.isEmpty == false)
    let (series, problems) = try await Collector.read(fixture.data, .init(jobs: 2))
    #expect(problems == [])
    let known = Dictionary(
      series.map { (json($0.labels), $0.samples) }, uniquingKeysWith: { first, _ in first })
    #expect(known.count == truth.count)
    for expected in truth {
      let found = try #require(known[expected.source], "\(expected.source)")
      #expect(found.count == expected.samples.count, "\(expected.source)")
      for index in 0..<min(found.count, expected.samples.count) {
        let (mine, theirs) = (canonical(found, at: index), canonical(expected.samples, at: index))
        #expect(mine == theirs, "\(expected.source) sample \(index)")
        if mine != theirs { return }
      }
    }
  }

  private func json(_ labels: [Label]) -> String {
    let parts = labels.map { label in
      let value = String(decoding: label.value, as: UTF8.self)
        .replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      return "\"\(String(decoding: label.name, as: UTF8.self))\":\"\(value)\""
    }
    return "{\(parts.joined(separator: ","))}"
  }

  // MARK: What replay does

  /// A directory with a WAL of these records, and what a view of it gives: `name value` of each
  /// sample, or `name time:value`.
  private func replayed(
    _ records: [[UInt8]], wbl: [[UInt8]] = [], _ options: SampleView.Options = .init()
  ) async throws -> [String] {
    let folder = try TemporaryDirectory()
    for (name, log) in [("wal", records), ("wbl", wbl)] where !log.isEmpty {
      try makeFolder(folder.path + "/" + name)
      try writeFile(folder.path + "/\(name)/00000000", WALBuilder(log).bytes)
    }
    let (series, _) = try await Collector.read(folder.path, options)
    return series.flatMap { series in
      series.samples.times.indices.map { index in
        let name = String(decoding: series.labels[0].value, as: UTF8.self)
        let value = Double(bitPattern: series.samples.values[index])
        return "\(name) \(series.samples.times[index]):\(Int(value))"
      }
    }
  }

  private func series(_ refs: (UInt64, String)...) -> [UInt8] {
    [1] + refs.flatMap { RecordBuilder.series($0.0, [("__name__", $0.1)]) }
  }

  private func samples(_ rows: (UInt64, Int64, Double)...) -> [UInt8] {
    RecordBuilder.samples(rows.map { ($0.0, $0.1, $0.2) })
  }

  @Test func `series come in label order, whatever the order of their records`() async throws {
    let found = try await replayed([
      series((1, "b"), (2, "a"), (3, "ab")), samples((1, 10, 1), (2, 10, 2), (3, 10, 3)),
    ])
    #expect(found == ["a 10:2", "ab 10:3", "b 10:1"])
  }

  @Test func `samples that are not newer than the last are dropped`() async throws {
    let found = try await replayed([
      series((1, "a")), samples((1, 10, 1), (1, 10, 2), (1, 5, 3), (1, 11, 4), (9, 12, 5)),
    ])
    #expect(found == ["a 10:1", "a 11:4"])
  }

  @Test func `a second record of a series forgets what was replayed before`() async throws {
    let found = try await replayed([
      series((1, "a")), samples((1, 10, 1)), series((2, "a")), samples((2, 5, 2), (1, 20, 3)),
    ])
    #expect(found == ["a 5:2", "a 20:3"])
  }

  @Test func `a ref that another series takes is lost to the first`() async throws {
    let found = try await replayed([
      series((1, "a")), samples((1, 10, 1)), series((1, "b")), samples((1, 20, 2)),
    ])
    #expect(found == ["b 20:2"])
  }

  @Test func `a deletion hides a stretch, a whole one ends the series`() async throws {
    let found = try await replayed([
      series((1, "a"), (2, "b")), samples((1, 10, 1), (1, 20, 2), (1, 30, 3), (2, 10, 4)),
      RecordBuilder.tombstones([(1, 15, 25), (2, .min, .max)]), samples((2, 40, 5)),
      series((3, "b")), samples((3, 50, 6)),
    ])
    #expect(found == ["a 10:1", "a 30:3", "b 50:6"])
  }

  @Test func `late samples are put where they belong, and the first of one time counts`()
    async throws
  {
    let found = try await replayed(
      [series((1, "a")), samples((1, 10, 1), (1, 30, 3))],
      wbl: [samples((1, 20, 2), (1, 5, 4), (1, 20, 9), (1, 10, 9))])
    #expect(found == ["a 5:4", "a 10:1", "a 20:2", "a 30:3"])
  }

  @Test func `selectors, times and parts choose`() async throws {
    let records = [
      series((1, "a"), (2, "b")), samples((1, 10, 1), (1, 20, 2), (2, 20, 3), (2, 30, 4)),
    ]
    let a = try Selector("a")
    #expect(try await replayed(records, .init(selectors: [a])) == ["a 10:1", "a 20:2"])
    let times = SampleView.Options(minTime: 20, maxTime: 20)
    #expect(try await replayed(records, times) == ["a 20:2", "b 20:3"])
    #expect(try await replayed(records, .init(readsHead: false)) == [])
  }

  @Test func `a series of histograms ends with a histogram that is stale`() async throws {
    // One histogram record: ref 1, time 10, an empty histogram; then the stale marker as a float.
    var record: [UInt8] = [7] + [UInt8](repeating: 0, count: 16)
    record += varintBytes(1) + varintBytes(10)
    record += [0] + varintBytes(0) + [UInt8](repeating: 0, count: 8) + [0, 0]
    record += [UInt8](repeating: 0, count: 8) + [0, 0, 0, 0]
    let stale = Double(bitPattern: StaleMarker.bits)
    let folder = try TemporaryDirectory()
    try makeFolder(folder.path + "/wal")
    let log = WALBuilder([series((1, "a")), record, samples((1, 20, stale))])
    try writeFile(folder.path + "/wal/00000000", log.bytes)
    let (found, problems) = try await Collector.read(folder.path)
    #expect(problems == [])
    let batch = try #require(found.first?.samples)
    #expect(batch.times == [10, 20])
    #expect(batch.histograms.map(\.isStale) == [false, true])
  }

  // MARK: Directories of real servers

  /// What a real server served after its start (`truth/result.json`, NOTES.md), without markers of
  /// staleness.
  @Test(arguments: [
    ("states/wal-multi-ref", 14, 3744), ("damaged-base/main", 83, 105_879),
    ("sound/ooo-3.5", 30, 32_373),
    ("states/f34-v2-records-downgrade", 15, 1560),
  ])
  func `series and samples are as many as a server serves`(
    name: String, series: Int, samples: Int
  ) async throws {
    let view = SampleView(
      try DataDirectory(path: Fixture(name).data), options: .init(jobs: 2))
    let counts = Mutex((series: Set<[Label]>(), samples: 0))
    _ = try await view.writeSamples { labels, batch, _ in
      let fresh = batch.times.indices.count { index in
        switch batch.value(at: index) {
        case .float(let bits): bits != StaleMarker.bits
        case .histogram(let histogram): !histogram.isStale
        }
      }
      counts.withLock {
        if fresh > 0 { $0.series.insert(labels) }
        $0.samples += fresh
      }
    } to: { _ in
    }
    let found = counts.withLock { $0 }
    #expect(found.series.count == series)
    #expect(found.samples == samples)
  }
}
