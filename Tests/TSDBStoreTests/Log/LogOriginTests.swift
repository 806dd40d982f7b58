import TSDBStore
import TestSupport
import Testing

/// Whose log it is, and whose directory.
@Suite struct LogOriginTests {
  private static let series = LogDirectory.series(1, "up")
  private static let samples = LogDirectory.samples(1, [1000, 2000])

  private func origin(_ segments: [[[UInt8]]]) throws -> LogOrigin? {
    let log = try LogDirectory(segments)
    return try DataDirectory(path: log.data).wal?.origin
  }

  @Test func `a record of Prometheus makes a log its own`() throws {
    #expect(try origin([[Self.series, Self.samples]]) == .prometheus)
    #expect(try origin([[[1, 2, 3], [2, 9], [1, 1]], [Self.samples]]) == .prometheus)
  }

  @Test func `damage without a sound record is no other program's`() throws {
    #expect(try origin([[]]) == .nothing)
    #expect(try origin([[[1, 2, 3]]]) == .nothing)
  }

  @Test func `records that begin with the name of a tenant are Loki's`() throws {
    let tenant = lengthPrefixedBytes("fake".utf8)
    let records = [
      [1] + tenant + [1] + RecordBuilder.series(0x1122_3344_5566_7788, [("app", "web")]),
      [3] + tenant + bigEndianBytes(UInt64(0x1122_3344_5566_7788)) + bigEndianBytes(UInt64(7)),
    ]
    #expect(try origin([records]) == .tenants(example: Array("fake".utf8)))
    #expect(try origin([records + [Self.series]]) == .prometheus)
    // As in its checkpoints.
    let message: [UInt8] = [3, 0x0a] + tenant + [0x12, 3, 1, 2, 3]
    #expect(try origin([[message]]) == .tenants(example: Array("fake".utf8)))
  }

  @Test func `whole records that are none of Prometheus are another program's`() throws {
    #expect(try origin([[[1, 2, 3], [2, 2, 3], [4, 2, 3]]]) == .other)
  }

  @Test func `pointers and packed files in the place of segments are no damage`() throws {
    let log = try LogDirectory([[], []])
    let pointer = Array("version https://git-lfs.github.com/spec/v1\nsize 12\n".utf8)
    try writeFile(log.data + "/wal/00000000", pointer)
    try writeFile(log.data + "/wal/00000001", pointer)
    let directory = try DataDirectory(path: log.data)
    #expect(directory.wal?.origin == .noSegments(.gitLFSPointer(size: 12)))
    try writeFile(log.data + "/wal/00000001", WALBuilder([Self.series]).bytes)
    #expect(try DataDirectory(path: log.data).wal?.origin == .prometheus)
    try writeFile(log.data + "/wal/00000000", [UInt8](repeating: 0, count: 100))
    try writeFile(log.data + "/wal/00000001", [])
    #expect(try DataDirectory(path: log.data).wal?.origin == .nothing)
  }

  @Test func `files of twenty digits with lengths before their entries are no segments`() throws {
    let folder = try TemporaryDirectory()
    try makeFolder(folder.path + "/wal")
    for number in ["1", "201"] {
      let name = String(repeating: "0", count: 20 - number.count) + number
      let entries = (0..<9).flatMap { lengthPrefixedBytes(Array("entry \($0)".utf8)) }
      try writeFile(folder.path + "/wal/" + name, entries)
    }
    let directory = try DataDirectory(path: folder.path)
    #expect(directory.wal?.origin == .lengthPrefixed)
    #expect(directory.kind == .server)
  }

  @Test func `a log alone is a server's or an agent's, until something tells`() throws {
    let log = try LogDirectory([[Self.series, Self.samples]])
    let plain = try DataDirectory(path: log.data)
    #expect(plain.kind == .server)
    #expect(plain.mayBeAgents)
    try makeFolder(log.data + "/chunks_head")
    #expect(try DataDirectory(path: log.data).mayBeAgents == false)
  }

  @Test(arguments: ["data-agent", "agent", "prometheus.remote_write.default"])
  func `the name of an agent's directory tells`(name: String) throws {
    let log = try LogDirectory([[Self.series, Self.samples]])
    let folder = try TemporaryDirectory()
    try copyTree(from: log.data, to: folder.path + "/" + name)
    #expect(try DataDirectory(path: folder.path + "/" + name).kind == .agent)
  }

  @Test func `a checkpoint beside which no server has left anything tells`() throws {
    let agent = try DataDirectory(path: Fixture("sound/agent-3.5").data)
    #expect(agent.kind == .agent)
    #expect(!agent.mayBeAgents)
  }

  @Test func `the log of 2.0 is a server's, and its numbers may have gaps`() throws {
    let folder = try TemporaryDirectory()
    try makeFolder(folder.path + "/wal")
    for name in ["000001", "000004"] {
      try writeFile(folder.path + "/wal/" + name, OldLogBuilder([Self.series]).bytes)
    }
    let directory = try DataDirectory(path: folder.path)
    #expect(directory.kind == .server)
    #expect(!directory.mayBeAgents)
    #expect(directory.problems.isEmpty)
    #expect(directory.wal?.isSeenAsOld == true)
    // What a start of a newer release leaves comes first by its name.
    try writeFile(folder.path + "/wal/00000005", [])
    let tried = try DataDirectory(path: folder.path).wal
    #expect(tried?.isOld == true)
    #expect(tried?.isSeenAsOld == false)
  }
}
