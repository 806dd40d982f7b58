import TSDBStore
import TestSupport
import Testing

@testable import TSDBDiagnosis

/// Where a server stops in the three files of `chunks_head` of `damaged-base/main`.
@Suite struct HeadChunkStopTests {
  private func stop(_ path: String, minValidTime: Int64 = .min) throws -> HeadChunkStop? {
    HeadChunkStop.first(
      in: try DataDirectory(path: path).headChunks, minValidTime: minValidTime)
  }

  @Test func `sound files are read to the end`() throws {
    #expect(try stop(Fixture("damaged-base/main").data) == nil)
  }

  @Test func `damage is met in its file`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/chunks_head/000002") { $0.flip(at: 68, bit: 2) }
    #expect(try stop(copy.data) == .damage(file: 2))
  }

  @Test func `behind the marker of the end nothing is looked at`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/chunks_head/000003") { $0[$0.count - 1] = 1 }
    #expect(try stop(copy.data) == nil)
  }

  @Test func `a chunk that is older than the one before it of its ref is out of sequence`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    let first = try readFile(copy.data + "/chunks_head/000001")
    try writeFile(copy.data + "/chunks_head/000004", first)
    #expect(
      try stop(copy.data)
        == .outOfSequence(
          "out of sequence m-mapped chunk for series ref 1, last chunk: "
            + "[1794902400000, 1794904185000], new: [1794895200000, 1794896985000]"))
    // Chunks that end before the head begins are not compared.
    #expect(try stop(copy.data, minValidTime: .max) == nil)
  }
}
