import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBAnalysis

/// What a plan makes of a segment with five records: a series, and two samples before and behind one of
/// type 11, which 3.11 brought.
@Suite struct ReplayPlanTests {
  private static func records() -> [[UInt8]] {
    [
      LogDirectory.series(1, "a"), LogDirectory.samples(1, [1]), [11, 0],
      LogDirectory.samples(1, [2]),
    ]
  }

  private func types(_ plan: ReplayPlan) -> [UInt8] {
    var problems: [FileError] = []
    var types: [UInt8] = []
    var batch = RecordBatch()
    for slice in plan.slices(&problems) {
      slice.read(into: &batch)
      types += batch.entries.map { batch.payload(of: $0).byte(at: 0) }
    }
    #expect(problems == [])
    return types
  }

  private func plan(_ directory: LogDirectory) -> ReplayPlan {
    var plan = ReplayPlan()
    plan.segments = [.init(path: directory.data + "/wal/00000000", part: .wal)]
    return plan
  }

  @Test func `a segment is read whole`() throws {
    let directory = try LogDirectory([Self.records()])
    #expect(types(plan(directory)) == [1, 2, 11, 2])
  }

  @Test func `records that a server does not know are passed over`() throws {
    let directory = try LogDirectory([Self.records()])
    var plan = plan(directory)
    plan.generation = .customBuckets
    #expect(types(plan) == [1, 2, 2])
  }

  @Test func `what begins at the limit is not read, nor what begins before the start`() throws {
    let directory = try LogDirectory([Self.records()])
    let built = WALBuilder(Self.records())
    var plan = plan(directory)
    plan.segments[0].limit = built.range(ofRecord: 3).lowerBound
    #expect(types(plan) == [1, 2, 11])
    plan.segments[0].start = built.range(ofRecord: 1).lowerBound
    #expect(types(plan) == [2, 11])
  }

  @Test func `a compressed record is passed over by a server without zstd`() throws {
    let directory = try LogDirectory([[]])
    let packed = storedZstdBytes(LogDirectory.samples(1, [1]))
    try writeFile(
      directory.data + "/wal/00000000",
      WALBuilder([packed], flags: 16).bytes + [UInt8](repeating: 0, count: 7))
    var plan = plan(directory)
    #expect(types(plan) == [2])
    plan.knowsZstd = false
    #expect(types(plan).contains(2) == false)
  }

  @Test func `a segment that is gone is a problem`() throws {
    let directory = try LogDirectory([Self.records()])
    var plan = plan(directory)
    plan.segments.append(.init(path: directory.data + "/wal/00000001", part: .wal))
    var problems: [FileError] = []
    #expect(plan.slices(&problems).count == 1)
    #expect(problems.map(\.path) == [directory.data + "/wal/00000001"])
  }
}
