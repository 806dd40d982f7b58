import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBDiagnosis

/// Where a server stops, found from the first place on that was found to be wrong.
@Suite struct LogStartTests {
  private func stop(
    _ segment: SegmentFile, _ directory: DataDirectory, from first: Int, hasUndecoded: Bool
  ) -> LogStop? {
    let problem = FileError.damaged(
      path: segment.path,
      DecodeError(section: .walFragment, offset: first, problem: .torn(available: 0)))
    var suspects = LogSuspects([problem], met: [], [])
    suspects.hasUndecoded = hasUndecoded
    let words = ServerWords(directory: directory.path, storagePath: "data", user: nil)
    return LogStart(suspects: suspects, options: StartupOptions(), words: words)
      .stop(in: [segment])
  }

  /// Where the segment is read from is no matter of where it stops.
  @Test func `a segment is read from before the damage on`() throws {
    let source = try DataDirectory(path: Fixture("sound/explosion-small").data)
    let original = try #require(source.wal?.segments.max { $0.size < $1.size })
    var found = 0
    for share in 1...15 {
      let copy = try Fixture("sound/explosion-small").copy()
      let place = original.size / 16 * share
      try damage(copy.data + "/wal/" + original.name) { $0.flip(at: place, bit: share % 8) }
      let directory = try DataDirectory(path: copy.data)
      let segment = try #require(directory.wal?.segments.first { $0.name == original.name })
      let whole = stop(segment, directory, from: 0, hasUndecoded: true)
      guard let whole else { continue }
      found += 1
      let file = try MappedFile(path: segment.path)
      var batch = RecordBatch()
      var pass = SegmentPass(file)
      var first: Int?
      while first == nil, pass.next(into: &batch) != nil {
        first = batch.damage.first?.error.offset
      }
      for hasUndecoded in [false, true] {
        let stop = stop(
          segment, directory, from: try #require(first), hasUndecoded: hasUndecoded)
        #expect(stop?.record == whole.record)
        #expect(stop?.offset == whole.offset)
        #expect(stop?.words == whole.words)
      }
    }
    #expect(found > 10)
  }

  @Test func `only records of types that were decoded are passed over`() {
    let problem = FileError.damaged(
      path: "wal/0", DecodeError(section: .walFragment, offset: 9, problem: .torn(available: 0)))
    #expect(!LogSuspects([problem], met: [], [.series, .samples, .unknown(99)]).hasUndecoded)
    #expect(LogSuspects([problem], met: [], [.series, .exemplars]).hasUndecoded)
    let earlier = FileError.damaged(
      path: "wal/0", DecodeError(section: .walFragment, offset: 3, problem: .torn(available: 0)))
    #expect(LogSuspects([problem], met: [earlier], []).first == ["wal/0": 3])
    #expect(LogSuspects([], met: [earlier], []).first == [:])
  }
}
