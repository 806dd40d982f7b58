import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@Suite struct SegmentSliceTests {
  private let path = Fixture("sound/head-mixed").file("wal/00000003")

  private func offsets(_ segment: LogSegment) throws -> [Int] {
    var problems: [FileError] = []
    var batch = RecordBatch()
    var found: [Int] = []
    for slice in SegmentSlice.all(of: [segment], problems: &problems) {
      slice.read(into: &batch)
      found += batch.entries.map(\.offset)
    }
    #expect(problems == [])
    return found
  }

  @Test func `a pass reads what the slices read`() throws {
    let file = try MappedFile(path: path)
    var pass = SegmentPass(file)
    var batch = RecordBatch()
    var found: [Int] = []
    var size = 0
    while let read = pass.next(into: &batch) {
      size += read
      found += batch.entries.map(\.offset)
    }
    #expect(size == file.size)
    #expect(found.isEmpty == false)
    #expect(try offsets(LogSegment(path: path, part: .wal)) == found)
  }

  @Test func `a stretch has the records that begin in it`() throws {
    let all = try offsets(LogSegment(path: path, part: .wal))
    let (start, limit) = (try #require(all.dropFirst().first), try #require(all.last))
    var segment = LogSegment(path: path, part: .wal)
    segment.start = start
    segment.limit = limit
    #expect(try offsets(segment) == Array(all.dropFirst().dropLast()))
    segment.limit = 0
    #expect(try offsets(segment) == [])
  }

  @Test func `an empty segment is one slice without a record`() throws {
    let directory = try TemporaryDirectory()
    try writeFile(directory.path + "/00000000", [])
    let slices = SegmentSlice.all(of: try MappedFile(path: directory.path + "/00000000"), .wal)
    #expect(slices.map(\.size) == [0])
    #expect(slices.allSatisfy { $0.isFirst && $0.endsSegment })
    var batch = RecordBatch()
    slices.first?.read(into: &batch)
    #expect(batch.entries == [])
    #expect(batch.damage == [])
  }

  @Test func `records that a server does not know do not count`() throws {
    let file = try MappedFile(path: path)
    var batch = RecordBatch()
    var slice = try #require(SegmentSlice.all(of: file, .wal).first)
    slice.isPassedOver = { _, type in type.holdsSamples }
    slice.read(into: &batch)
    let types = Set(batch.entries.map { RecordType(code: batch.payload(of: $0).byte(at: 0)) })
    #expect(types.contains(.series))
    #expect(types.contains(.samples) == false)
  }

  @Test func `a segment that cannot be opened is a problem`() {
    var problems: [FileError] = []
    let missing = path + "9"
    let slices = SegmentSlice.all(
      of: [LogSegment(path: missing, part: .wal)], problems: &problems)
    #expect(slices.isEmpty)
    #expect(problems.map(\.path) == [missing])
  }
}
