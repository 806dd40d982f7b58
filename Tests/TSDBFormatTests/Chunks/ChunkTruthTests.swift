import TSDBFormat
import TestSupport
import Testing

/// Chunks of Prometheus 3.14, with EPIMETHEUS_FIXTURES all of its directories, sample by sample against what Prometheus' own
/// iterators gave.
@Suite struct ChunkTruthTests {
  static let fixtures = (Fixture.all("sound") + Fixture.allOfFullSet("sound"))
    .filter { $0.name.hasSuffix("-3.14") }

  @Test(arguments: fixtures) func `blocks hold the samples that Prometheus reads`(
    fixture: Fixture
  ) throws {
    guard let text = try fixture.truthText("blocks.txt") else { return }
    var segments: [String: [UInt8]] = [:]
    for truth in ChunkTruth.read(text) {
      let reference = ChunkReference(rawValue: truth.reference)
      let number = String(reference.segment + 1)
      let zeros = String(repeating: "0", count: 6 - number.utf8.count)
      let path = fixture.file("\(truth.source)/chunks/\(zeros)\(number)")
      if segments[path] == nil { segments[path] = try readFile(path) }
      let file = try #require(segments[path])
      let chunk = try Chunk(of: file.rawBytes, at: reference.offset)
      try compare(chunk.data, chunk.encoding, at: chunk.offset, with: truth)
    }
  }

  @Test(arguments: fixtures) func `head chunks hold the samples that Prometheus reads`(
    fixture: Fixture
  ) throws {
    guard let text = try fixture.truthText("headchunks.txt") else { return }
    let truths = ChunkTruth.read(text)
    var next = truths.startIndex
    for name in try namesInFolder(fixture.file("chunks_head")) {
      let bytes = try readFile(fixture.file("chunks_head/" + name))
      var file = try HeadChunkFile(bytes.rawBytes)
      while case .chunk(let chunk)? = file.next() {
        let truth = truths[next]
        next += 1
        #expect(truth.source == name)
        #expect(truth.reference & 0xffff_ffff == UInt64(chunk.offset))
        #expect(truth.series == chunk.series)
        let data = bytes.rawBytes.extracting(
          chunk.dataOffset..<chunk.dataOffset + chunk.dataSize)
        try compare(data, chunk.encoding, at: chunk.dataOffset, with: truth)
      }
    }
    #expect(next == truths.endIndex)
  }

  @Test func `chunks of every encoding hold the samples that Prometheus reads`() throws {
    let truths = ChunkTruth.examples
    for truth in truths {
      try compare(truth.data.rawBytes, ChunkEncoding(code: truth.encoding), at: 7, with: truth)
    }
    #expect(Set(truths.map(\.encoding)) == [1, 2, 3, 4, 5, 6])
    #expect(truths.count == 120)
    #expect(truths.map(\.samples.count).reduce(0, +) == 1621)
    #expect(truths.flatMap(\.samples.histograms).count(where: \.isStale) == 31)
  }

  private func compare(
    _ data: RawSpan, _ encoding: ChunkEncoding, at offset: Int, with truth: ChunkTruth
  ) throws {
    let place = "\(truth.source) \(truth.reference)"
    #expect(encoding.code == truth.encoding, "\(place)")
    #expect(data.byteCount == truth.length, "\(place)")
    let header = try ChunkHeader(data, encoding, at: offset)
    #expect(header.sampleCount == truth.sampleCount, "\(place)")
    #expect(header.startTimestamps?.rawValue == truth.startTimestamps, "\(place)")
    if let found = header.counterReset {
      let codes: [Histogram.CounterReset: UInt8] = [
        .unknown: 0, .reset: 0x80, .notReset: 0x40, .gauge: 0xc0,
      ]
      #expect(codes[found] == truth.counterReset, "\(place)")
    }
    var batch = SampleBatch()
    try batch.decode(data, encoding, at: offset)
    #expect(batch.count == header.sampleCount, "\(place)")
    // Some texts list the chunks alone.
    guard !truth.samples.isEmpty else { return }
    #expect(batch.times == truth.samples.times, "\(place)")
    #expect(batch.startTimes == truth.samples.startTimes, "\(place)")
    #expect(batch.values == truth.samples.values, "\(place)")
    #expect(batch.histograms == truth.samples.histograms, "\(place)")
    #expect(batch.areHistograms == truth.samples.areHistograms, "\(place)")
  }
}
