import TSDBStore
import TestSupport
import Testing

@testable import TSDBDiagnosis

/// What a start deletes of `chunks_head`; the WAL has the samples. The messages are those of real servers.
@Suite struct StartupHeadChunksTests {
  private func walk(_ path: String, _ version: ServerBehaviour = .newest) throws -> StartupWalk {
    StartupWalk(
      try DataDirectory(path: path), StartupOptions(version: version), suspects: LogSuspects())
  }

  @Test func `nothing of sound files`() throws {
    let found = try walk(Fixture("damaged-base/main").data)
    #expect(found.plan.headChunks.map(\.number) == [1, 2, 3])
    #expect(found.start == .init())
  }

  @Test func `a damaged file and all behind it`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/chunks_head/000002") { $0.flip(at: 68, bit: 2) }
    let found = try walk(copy.data)
    #expect(found.plan.headChunks.map(\.number) == [1])
    #expect(found.start.deletes == ["data/chunks_head/000002", "data/chunks_head/000003"])
    #expect(found.isSuspicious)
    #expect(found.damagedHeadChunks)
  }

  @Test func `all files where chunks of a series overlap`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try writeFile(
      copy.data + "/chunks_head/000004", try readFile(copy.data + "/chunks_head/000001"))
    for version in ServerBehaviour.allCases {
      let found = try walk(copy.data, version)
      #expect(found.plan.headChunks.isEmpty)
      #expect(found.start.deletes == (1...4).map { "data/chunks_head/00000\($0)" })
      let cause =
        "iterate on\(version == .v3_14 ? "" : " on")-disk chunks: out of sequence m-mapped chunk for "
        + "series ref 1, last chunk: [1794902400000, 1794904185000], new: [1794895200000, "
        + "1794896985000]"
      #expect(
        found.start.warnings == [
          "Loading on-disk chunks failed err=\"\(cause)\"",
          "Deletion of corrupted mmap chunk files failed, discarding chunk files completely "
            + "err=\"cannot handle error: \(cause)\"",
        ])
    }
  }
}
