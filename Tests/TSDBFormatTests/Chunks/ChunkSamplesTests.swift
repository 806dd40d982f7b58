import TSDBFormat
import TestSupport
import Testing

/// What holds for chunks of every encoding: damage, limits and what stays in the batch.
@Suite struct ChunkSamplesTests {
  static let encodings: [ChunkEncoding] = (1...6).map { ChunkEncoding(code: $0) }

  private func decode(_ data: [UInt8], _ encoding: ChunkEncoding) -> (SampleBatch, DecodeError?) {
    var batch = SampleBatch()
    do throws(DecodeError) {
      try batch.decode(data.rawBytes, encoding, at: 1000)
      return (batch, nil)
    } catch {
      return (batch, error)
    }
  }

  /// The longest examples of each encoding, few enough to sweep through.
  private func examples(_ encoding: ChunkEncoding) -> [ChunkTruth] {
    let all = ChunkTruth.examples.filter { $0.encoding == encoding.code && $0.length < 250 }
    return Array(all.sorted { $0.length > $1.length }.prefix(5))
  }

  @Test(arguments: encodings) func `every shorter chunk gives the samples before the cut`(
    encoding: ChunkEncoding
  ) {
    for truth in examples(encoding) {
      for length in truth.data.indices {
        let (batch, error) = decode(Array(truth.data[..<length]), encoding)
        // A count of things that the bits left cannot hold is out of range.
        switch error?.problem {
        case .truncated, .outOfRange: break
        default: Issue.record("\(length) of \(truth.length) bytes: \(String(describing: error))")
        }
        #expect(error?.section == .chunkData)
        #expect((1000...1000 + length).contains(error?.offset ?? 0))
        #expect(batch.times == Array(truth.samples.times[..<batch.count]))
        #expect(
          (0..<batch.count).allSatisfy { batch.value(at: $0) == truth.samples.value(at: $0) })
      }
    }
  }

  @Test(arguments: encodings) func `every flipped bit gives samples or a failure within`(
    encoding: ChunkEncoding
  ) {
    for truth in examples(encoding) {
      for index in truth.data.indices {
        for bit in 0..<8 {
          var data = truth.data
          data.flip(at: index, bit: bit)
          let (batch, error) = decode(data, encoding)
          #expect(batch.times.count == batch.values.count)
          #expect(batch.startTimes.isEmpty || batch.startTimes.count == batch.count)
          #expect(batch.areHistograms.isEmpty || batch.areHistograms.count == batch.count)
          if let error {
            #expect(error.section == .chunkData)
            #expect((1000...1000 + data.count).contains(error.offset))
          } else {
            let header = try? ChunkHeader(data.rawBytes, encoding, at: 0)
            #expect(batch.count == header?.sampleCount)
          }
        }
      }
    }
  }

  @Test(arguments: encodings) func `random bytes never trap`(encoding: ChunkEncoding) {
    var random = SeededRandom(seed: 0xc4a9)
    for _ in 0..<2000 {
      let count = Int.random(in: 0..<200, using: &random)
      let data = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      let (batch, error) = decode(data, encoding)
      #expect(batch.count <= count * 8, "seed \(random.seed)")
      if let error { #expect((1000...1000 + count).contains(error.offset)) }
    }
  }

  @Test(arguments: encodings) func `bytes behind the last sample are refused where they begin`(
    encoding: ChunkEncoding
  ) throws {
    let truth = try #require(examples(encoding).first)
    let (batch, error) = decode(truth.data + [0, 0, 0], encoding)
    #expect(batch.times == truth.samples.times)
    #expect(
      error
        == DecodeError(
          section: .chunkData, offset: 1000 + truth.length, problem: .trailingBytes(count: 3)))
  }

  /// Servers before 3.0 leave one where the bits end with a byte.
  @Test(arguments: encodings) func `one empty byte behind the last sample is none too many`(
    encoding: ChunkEncoding
  ) throws {
    let truth = try #require(examples(encoding).first)
    let (batch, error) = decode(truth.data + [0], encoding)
    #expect(error == nil)
    #expect(batch.times == truth.samples.times)
    #expect(
      decode(truth.data + [1], encoding).1
        == DecodeError(
          section: .chunkData, offset: 1000 + truth.length, problem: .trailingBytes(count: 1)))
  }

  @Test func `chunks of real servers end where their samples do`() throws {
    let fixtures = ["sound", "damaged-base"].flatMap { Fixture.all($0) + Fixture.allOfFullSet($0) }
    var chunks = 0
    for fixture in fixtures {
      let folder = fixture.file("chunks_head")
      for name in (try? namesInFolder(folder)) ?? [] {
        let bytes = try readFile(folder + "/" + name)
        guard !bytes.isEmpty else { continue }
        var file = try HeadChunkFile(bytes.rawBytes)
        while case .chunk(let chunk)? = file.next() {
          let data = bytes.rawBytes.extracting(
            chunk.dataOffset..<chunk.dataOffset + chunk.dataSize)
          var batch = SampleBatch()
          try batch.decode(data, chunk.encoding, at: chunk.dataOffset)
          #expect(batch.times.first == chunk.minTime && batch.times.last == chunk.maxTime)
          chunks += 1
        }
      }
    }
    #expect(chunks > 500)
  }

  @Test func `an unknown encoding is refused`() {
    let (batch, error) = decode([0, 1, 2, 3], .unknown(99))
    #expect(batch.isEmpty)
    #expect(
      error
        == DecodeError(section: .chunkData, offset: 1000, problem: .unknownCode(found: 99)))
  }

  @Test(arguments: encodings) func `a chunk without samples is empty`(encoding: ChunkEncoding) {
    let header: [UInt8] = encoding == .xor ? [0, 0] : [0, 0, 0]
    let (batch, error) = decode(header, encoding)
    #expect(batch.isEmpty)
    #expect(error == nil)
  }

  @Test func `a batch takes chunks of all encodings one after the other`() throws {
    var batch = SampleBatch()
    let truths = ChunkTruth.examples
    for truth in truths {
      try batch.decode(truth.data.rawBytes, ChunkEncoding(code: truth.encoding), at: 0)
    }
    var index = 0
    for truth in truths {
      for sample in 0..<truth.samples.count {
        #expect(batch.times[index] == truth.samples.times[sample])
        #expect(batch.startTime(at: index) == truth.samples.startTime(at: sample))
        #expect(batch.value(at: index) == truth.samples.value(at: sample))
        index += 1
      }
    }
    #expect(index == batch.count)
  }

  @Test func `a failure leaves the samples of earlier chunks alone`() throws {
    let truth = try #require(ChunkTruth.examples.first { $0.encoding == 4 && $0.length > 100 })
    let xor: [UInt8] = [0, 200, 2] + [UInt8](repeating: 0, count: 12)
    var batch = SampleBatch()
    try batch.decode(truth.data.rawBytes, .xor2, at: 0)
    let count = batch.count
    #expect(throws: DecodeError.self) { try batch.decode(xor.rawBytes, .xor, at: 0) }
    // A varint, a float, a difference with one bit of value, and then two bits each.
    #expect(batch.count == count + 2 + 11)
    #expect(batch.startTimes.count == batch.count)
    #expect(Array(batch.times[..<count]) == truth.samples.times)
  }
}
