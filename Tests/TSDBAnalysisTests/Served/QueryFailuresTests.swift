import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBAnalysis

/// What queries of a block of `damaged-base/main` fail for.
@Suite struct QueryFailuresTests {
  private static let block = "/01M7XPVHDBEN0X46Y430AHYY2Q"

  private func failures(_ path: String) throws -> QueryFailures {
    QueryFailures(try BlockFolder(path: path + Self.block))
  }

  /// Where the list of a label is.
  private func list(_ name: String, _ value: String, in index: [UInt8]) throws -> Int {
    let contents = try IndexTOC(of: index.rawBytes)
    var table = try PostingsOffsetTable(
      of: index.rawBytes, at: contents.postingsOffsetTable)
    while let entry = try table.next() {
      if [UInt8](entry.name) == Array(name.utf8), [UInt8](entry.value) == Array(value.utf8) {
        return Int(entry.postings)
      }
    }
    return 0
  }

  @Test func `there are none in a sound block`() throws {
    let found = try failures(Fixture("damaged-base/main").data)
    #expect(found.metrics.isEmpty)
    #expect(found.labels.isEmpty)
  }

  @Test func `a damaged series fails the metric whose list leads to it`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + Self.block + "/index") { $0.flip(at: 2853, bit: 2) }
    let found = try failures(copy.data)
    #expect(found.metrics == [Array("http_request_duration_seconds_count".utf8)])
    #expect(found.labels.isEmpty)
  }

  @Test func `a damaged list fails its label`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    let path = copy.data + Self.block + "/index"
    let index = try readFile(path)
    let (up, job) = (
      try list("__name__", "up", in: index), try list("job", "checkout-service", in: index)
    )
    try damage(path) {
      $0.flip(at: up + 9)
      $0.flip(at: job + 9)
    }
    let found = try failures(copy.data)
    #expect(found.metrics == [Array("up".utf8)])
    #expect(found.labels.map(\.value) == [Array("checkout-service".utf8)])
  }

  @Test func `no query asks for the list of all series`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + Self.block + "/index") { $0.flip(at: 4954, bit: 2) }
    let found = try failures(copy.data)
    #expect(found.metrics.isEmpty)
    #expect(found.labels.isEmpty)
  }

  /// Chunks of the first series, which has four in the file of the block.
  private func runs(_ path: String) throws -> [SampleRun] {
    let block = Block(try BlockFolder(path: path + Self.block))
    let stream = BlockStream(
      block, selectors: [], range: TimeRange(minTime: .min, maxTime: .max), precedence: 0)
    return try #require(stream?.next).runs
  }

  /// Makes a chunk say that it has more samples than it has, and its checksum true.
  private func lengthen(_ run: SampleRun, in path: String) throws {
    let offset = try #require(run.blockChunk).reference.offset
    try damage(path + Self.block + "/chunks/000001") { bytes in
      // The length takes one byte here; encoding, data and checksum follow.
      let end = offset + 2 + Int(bytes[offset])
      bytes.put([0xff, 0xff], at: offset + 2)
      bytes.fixChecksum(of: offset + 1..<end, at: end)
    }
  }

  @Test func `a chunk that ends early is given up for the next one`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    #expect(QueryFailures.areMet(in: try runs(copy.data)) == false)
    try lengthen(try runs(copy.data)[0], in: copy.data)
    #expect(QueryFailures.areMet(in: try runs(copy.data)) == false)
  }

  @Test func `the last chunk that ends early fails the query`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    let last = try #require(try runs(copy.data).last)
    try lengthen(last, in: copy.data)
    #expect(QueryFailures.areMet(in: try runs(copy.data)))
  }

  @Test func `any chunk that does not open fails the query, unless it is deleted`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    let first = try #require(try runs(copy.data).first)
    let offset = try #require(first.blockChunk).reference.offset
    try damage(copy.data + Self.block + "/chunks/000001") { $0.flip(at: offset + 9) }
    let runs = try runs(copy.data)
    #expect(QueryFailures.areMet(in: runs))
    let deleted = runs.map {
      SampleRun(
        content: $0.content, range: $0.range, precedence: 0, tombstones: DeletedTimes([first.range])
      )
    }
    #expect(QueryFailures.areMet(in: deleted) == false)
  }

  @Test func `the last chunk of a series of the head fails the query if no sample follows`()
    async throws
  {
    let copy = try Fixture("damaged-base/main").copy()
    let plan = { (segments: [SegmentFile]) throws -> ReplayPlan in
      var plan = ReplayPlan()
      plan.headChunks = try DataDirectory(path: copy.data).headChunks
      plan.segments = segments.map { .init(path: $0.path, part: .wal) }
      return plan
    }
    let wal = try #require(try DataDirectory(path: copy.data).wal)
    let index = HeadChunkIndex(
      try DataDirectory(path: copy.data).headChunks, minValidTime: .min)
    let last = try #require(index.entries(of: 1).last)
    try damage(index.files[Int(last.file)].path) { bytes in
      let end = last.dataOffset + last.dataSize
      bytes.put([0xff, 0xff], at: last.dataOffset)
      // Ref, times, encoding and a length of one byte stand before the data.
      bytes.fixChecksum(of: last.dataOffset - 26..<end, at: end)
    }
    let checkpoint = wal.checkpoints.flatMap(\.segments)
    let cut = try plan(checkpoint + wal.segments.prefix(1))
    let found = try await ReplayComparison(everything: cut, served: cut, jobs: 1)
    #expect(found.failing == [Array("up".utf8)])
    let whole = try plan(checkpoint + wal.segments)
    let sound = try await ReplayComparison(everything: whole, served: whole, jobs: 1)
    #expect(sound.failing.isEmpty)
  }
}
