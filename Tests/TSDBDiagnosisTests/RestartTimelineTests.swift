import Glibc
import TSDBDiagnosis
import TSDBStore
import TestSupport
import Testing

@Suite struct RestartTimelineTests {
  /// Seconds since 1970 of the first event of a test.
  private static let start = 1_795_223_851

  /// Sets the time of the last change of a file or folder, in milliseconds behind `start`.
  private func touch(_ path: String, _ milliseconds: Int) throws {
    let time = timespec(
      tv_sec: Self.start + milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
    try #require(utimensat(AT_FDCWD, path, [time, time], 0) == 0)
  }

  /// A log as a server that dies while it replays leaves it: one segment, and an empty one for each
  /// start after that.
  private func crashLoop(starts: Int) throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    try makeFolder(folder.path + "/wal")
    try makeFolder(folder.path + "/chunks_head")
    for number in 0...starts {
      let path = folder.path + "/wal/0000000\(number)"
      try writeFile(path, [UInt8](repeating: 0, count: number == 0 ? 32_768 : 0))
      try touch(path, 652 + number * 1000)
    }
    try writeFile(folder.path + "/lock", [])
    try touch(folder.path + "/lock", 0)
    return folder
  }

  @Test func `f38-oom-loop-residue: each start that failed is told, with its time`() throws {
    let folder = try crashLoop(starts: 4)
    let timeline = RestartTimeline(try DataDirectory(path: folder.path))
    let base = Int64(Self.start) * 1000
    #expect(
      timeline.events.map(\.time) == [0, 652, 1652, 2652, 3652, 4652].map { base + $0 })
    #expect(
      timeline.events.map(\.kind) == [.lock, .lastWrite] + Array(repeating: .emptyStart, count: 4))
    #expect(timeline.events[2].path == folder.path + "/wal/00000001")
    #expect(timeline.emptyStarts.count == 4)
    #expect(timeline.isCrashLoop)
  }

  @Test func `servers that stopped in good order are no crash loop`() throws {
    let folder = try crashLoop(starts: 3)
    removeTree(folder.path + "/lock")
    let timeline = RestartTimeline(try DataDirectory(path: folder.path))
    #expect(timeline.emptyStarts.count == 3)
    #expect(!timeline.isCrashLoop)
  }

  @Test func `one empty segment is a server that has nothing to write yet`() throws {
    let folder = try crashLoop(starts: 1)
    let timeline = RestartTimeline(try DataDirectory(path: folder.path))
    #expect(timeline.emptyStarts.count == 1)
    #expect(!timeline.isCrashLoop)
  }

  @Test func `an empty segment with records behind it is no failure of now`() throws {
    let folder = try crashLoop(starts: 2)
    try writeFile(folder.path + "/wal/00000002", [0])
    try touch(folder.path + "/wal/00000002", 9000)
    let timeline = RestartTimeline(try DataDirectory(path: folder.path))
    #expect(timeline.events.map(\.kind) == [.lock, .lastWrite, .emptyStart, .lastWrite])
    #expect(timeline.emptyStarts == [])
  }

  @Test func `checkpoints and snapshots are told where they stand in time`() throws {
    let folder = try crashLoop(starts: 1)
    let paths = ["/wal/checkpoint.00000000", "/chunk_snapshot.000001.0000000000"]
      .map { folder.path + $0 }
    for (path, time) in zip(paths, [700, 1200]) {
      try makeFolder(path)
      try writeFile(path + "/00000000", [])
      try touch(path, time)
    }
    let timeline = RestartTimeline(try DataDirectory(path: folder.path))
    #expect(
      timeline.events.map(\.kind) == [.lock, .lastWrite, .checkpoint, .snapshot, .emptyStart])
  }
}
