import TSDBAnalysis
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@Suite struct SeriesTraceTests {
  private let main = Fixture("damaged-base/main")

  @Test func `a ref leads to labels, records, samples and chunks`() throws {
    let trace = SeriesTrace(.ref(5), in: try DataDirectory(path: main.data), limit: 10)
    #expect(trace.problems == [])
    #expect(trace.isCut == false)
    let series = try #require(trace.series.first)
    #expect(trace.series.count == 1)
    #expect(series.refs == [5])
    #expect(series.labels.contains(Label("le", "+Inf")))
    let checkpoint = main.file("wal/checkpoint.00000002/00000000")
    #expect(series.definitions.map(\.path) == [checkpoint])
    #expect(series.definitions.map(\.offset) == [0])
    #expect(series.headChunks.count == 5)
    #expect(series.blocks.map(\.reference) == [145, 148, 148])
    #expect(series.blocks.map(\.chunks.count) == [4, 4, 4])
  }

  @Test func `the samples are those that the records hold`() throws {
    let data = try DataDirectory(path: main.data)
    let trace = SeriesTrace(.ref(5), in: data, limit: 10)
    for found in try #require(trace.series.first).samples {
      let bytes = try readFile(found.path)
      var batch = RecordBatch()
      var reader = SegmentReader(bytes.rawBytes)
      reader.read(into: &batch)
      var samples: [(offset: Int, time: Int64)] = []
      for entry in batch.entries {
        let payload = batch.payload(of: entry)
        guard case .samples(let all) = try DecodedRecord(payload: payload, at: entry.offset) else {
          continue
        }
        samples += all.filter { $0.ref == 5 }.map { (entry.offset, $0.time) }
      }
      #expect(found.samples == samples.count)
      #expect(found.records == Set(samples.map(\.offset)).count)
      #expect(found.firstOffset == samples.first?.offset)
      #expect(found.lastOffset == samples.last?.offset)
      #expect(found.times.minTime == samples.map(\.time).min())
      #expect(found.times.maxTime == samples.map(\.time).max())
    }
  }

  @Test func `a selector leads to the same series, and the limit holds`() throws {
    let data = try DataDirectory(path: main.data)
    let selector = try Selector(
      #"http_request_duration_seconds_bucket{code="200",le="+Inf",path="/"}"#)
    let bySelector = SeriesTrace(.selector(selector), in: data, limit: 10)
    let byRef = SeriesTrace(.ref(5), in: data, limit: 10)
    #expect(bySelector.series == byRef.series)
    let all = SeriesTrace(.selector(try Selector(#"{job=~".+"}"#)), in: data, limit: 3)
    #expect(all.series.count == 3)
    #expect(all.isCut)
  }

  @Test func `samples of a ref that no record defines are found`() throws {
    let copy = try main.copy()
    removeTree(copy.data + "/wal/checkpoint.00000002")
    let trace = SeriesTrace(.ref(5), in: try DataDirectory(path: copy.data), limit: 10)
    let series = try #require(trace.series.first)
    #expect(series.labels == [])
    #expect(series.samples.count == 6)
    #expect(series.blocks == [])
  }

  @Test func `a ref that does not occur gives a series without anything`() throws {
    let trace = SeriesTrace(.ref(987_654), in: try DataDirectory(path: main.data), limit: 10)
    #expect(trace.series.count == 1)
    #expect(trace.series.first?.samples == [])
    #expect(trace.series.first?.definitions == [])
  }
}
