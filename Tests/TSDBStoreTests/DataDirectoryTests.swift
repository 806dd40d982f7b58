import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@Suite struct DataDirectoryTests {
  @Test func `a server's directory is listed whole`() throws {
    let directory = try DataDirectory(path: Fixture("damaged-base/main").data)
    #expect(directory.kind == .server)
    #expect(
      directory.blocks.map(\.name) == [
        "01M7XPVH3PN49ESJ7YTJHY4RM5", "01M7XPVHDBEN0X46Y430AHYY2Q", "01M7XPVMXP15ZJJCNDK68GN2WR",
      ])
    #expect(directory.wal?.segments.map(\.number) == [3, 4, 5, 6, 7, 8])
    #expect(directory.wal?.checkpoints.map(\.number) == [2])
    #expect(directory.wal?.checkpoints.last?.segments.map(\.number) == [0])
    #expect(directory.headChunks.map(\.number) == [1, 2, 3])
    #expect(directory.headChunks.map(\.size) == [131072, 131072, 131072])
    #expect(directory.activeQueries?.size == 20001)
    #expect(directory.wbl == nil)
    #expect(directory.lock == .absent)
    #expect(directory.problems.isEmpty)
    #expect(directory.strangers.isEmpty)
    #expect(directory.leftovers.isEmpty)
  }

  @Test(arguments: [
    ("sound/agent-3.5", "", DataDirectory.Kind.agent),
    ("sound/explosion-small", "", .server), ("sound/st-zstd-3.14", "", .server),
    ("sound/agent-3.5", "/wal", .segments),
    ("sound/agent-3.5", "/wal/checkpoint.00000004", .segments),
    ("sound/ooo-3.5", "/01M7XPM8K3G3FDN26E457Z6ZYX", .block),
    ("sound/ooo-3.5", "/01M7XPM8K3G3FDN26E457Z6ZYX/", .block),
  ])
  func `the kind is found out`(fixture: String, part: String, kind: DataDirectory.Kind) throws {
    #expect(try DataDirectory(path: Fixture(fixture).data + part).kind == kind)
  }

  @Test func `a bare wbl folder is a wbl`() throws {
    let directory = try DataDirectory(path: Fixture("sound/ooo-3.5").data + "/wbl")
    #expect(directory.wbl?.segments.map(\.number) == [1])
    #expect(directory.wal == nil)
  }

  @Test func `a single block has its meta and its size`() throws {
    let path = Fixture("sound/ooo-3.5").data + "/01M7XPM8K3G3FDN26E457Z6ZYX"
    let block = try #require(try DataDirectory(path: path).blocks.first)
    let meta = try block.meta.get()
    #expect(meta.ulid.description == block.name)
    #expect(meta.compaction.isOutOfOrder == false)
    #expect(block.chunks.map(\.number) == [1])
    #expect(block.size == block.chunks[0].size + block.index!.size + 9 + block.metaFile!.size)
  }

  @Test func `snapshots, WBL and the state of a shutdown are found`() throws {
    let directory = try DataDirectory(path: Fixture("sound/snapshot-3.14").data)
    #expect(directory.snapshots.map(\.segment) == [0])
    #expect(directory.snapshots.map(\.offset) == [327_680])
    #expect(directory.snapshots.first?.segments.map(\.number) == [0])
    #expect(directory.wbl != nil)
    #expect(directory.wal?.seriesState?.name == "series_state.json")
  }

  @Test func `what is no data directory is refused with a sentence`() throws {
    let folder = try TemporaryDirectory()
    func sentence(_ path: String) -> String {
      do {
        _ = try DataDirectory(path: path)
        return "accepted"
      } catch {
        return error.description
      }
    }
    #expect(sentence(folder.path) == folder.path + ": the directory is empty")
    try writeFile(folder.path + "/notes.txt", [])
    #expect(sentence(folder.path).contains("not a Prometheus data directory"))
    #expect(sentence(folder.path + "/notes.txt").contains("not a directory"))
    // In `locale` it is a language.
    for tenant in [
      "tsdb/team-a/wal", "tsdb/team-b/chunks_head", "agent/data/wal", "x/y/z/w/wal", "locale/wal",
    ] {
      var path = folder.path
      for name in tenant.split(separator: "/") {
        path += "/" + name
        if !exists(path) { try makeFolder(path) }
      }
      if path.hasSuffix("/wal") {
        try writeFile(path + (tenant == "locale/wal" ? "/messages" : "/00000000"), [])
      }
    }
    #expect(
      sentence(folder.path) == folder.path
        + ": holds no data itself; give one of the data directories in it: agent/data, tsdb/team-a, "
        + "tsdb/team-b")
    #expect(sentence(folder.path + "/absent").contains("No such file or directory"))
  }
}

/// Copies of a sound directory, changed the way disks, people and killed servers change them.
@Suite struct DamagedDataDirectoryTests {
  let copy: TemporaryDirectory
  let block: String

  init() throws {
    copy = try Fixture("damaged-base/main").copy()
    block = copy.data + "/01M7XPVHDBEN0X46Y430AHYY2Q"
  }

  func list() throws -> DataDirectory { try DataDirectory(path: copy.data) }

  @Test func `a missing segment is a gap at the segment behind it`() throws {
    removeTree(copy.data + "/wal/00000005")
    let problem = try #require(try list().problems.first)
    #expect(
      problem
        == .damaged(
          path: copy.data + "/wal/00000006",
          DecodeError(
            section: .walSegments, offset: 0, problem: .sequenceGap(expected: 5, found: 6))))
    #expect(problem.description.hasSuffix("00000006: wal.segments: expected number 5, found 6"))
  }

  @Test func `a missing head chunk file is a gap, an empty last one is not`() throws {
    try writeFile(copy.data + "/chunks_head/000005", [])
    #expect(try list().problems.isEmpty)
    removeTree(copy.data + "/chunks_head/000002")
    #expect(try list().problems.count == 1)
  }

  @Test func `a checkpoint that is a file is damage and no checkpoint`() throws {
    try writeFile(copy.data + "/wal/checkpoint.000007", [])
    let wal = try #require(try list().wal)
    #expect(wal.checkpoints.map(\.number) == [2])
    #expect(wal.falseCheckpoints.map(\.name) == ["checkpoint.000007"])
    #expect(wal.damage.count == 1)
  }

  @Test func `names are numbers where Go reads numbers`() throws {
    for name in ["+9", "10.bak", "1_0", "0x10", "9 "] {
      try writeFile(copy.data + "/wal/" + name, [])
    }
    let wal = try #require(try list().wal)
    #expect(wal.segments.map(\.name).last == "+9")
    #expect(wal.segments.count == 7)
    #expect(wal.strangers.map(\.name) == ["0x10", "10.bak", "1_0", "9 "])
    #expect(wal.damage.isEmpty)
  }

  @Test func `leftovers are told from strangers`() throws {
    let ulid = "01M7XPVHDBEN0X46Y430AHBBBB"
    for name in [
      ulid + ".tmp-for-creation", ulid + ".tmp-for-deletion", ulid + ".tmp", "tmp_dbro_sandbox12",
      "chunk_snapshot.000001.0000065536.tmp", "wal/checkpoint.00000003.tmp", "01ABC", "lost+found",
    ] { try makeFolder(copy.data + "/" + name) }
    try writeFile(copy.data + "/wal/00000003.repair", [])
    try writeFile(copy.data + "/" + ulid + "A", [])
    let directory = try list()
    #expect(
      directory.leftovers.map(\.name) == [
        ulid + ".tmp", ulid + ".tmp-for-creation", ulid + ".tmp-for-deletion",
        "chunk_snapshot.000001.0000065536.tmp", "tmp_dbro_sandbox12",
      ])
    #expect(directory.strangers.map(\.name) == ["01ABC", ulid + "A", "lost+found"])
    #expect(
      directory.wal?.leftovers.map(\.name) == ["00000003.repair", "checkpoint.00000003.tmp"])
    #expect(directory.problems.isEmpty)
  }

  @Test func `a block behind a link is a stranger, a wal behind a link is the wal`() throws {
    try move(block, to: copy.path + "/elsewhere")
    try link(block, to: copy.path + "/elsewhere")
    try move(copy.data + "/wal", to: copy.path + "/wal")
    try link(copy.data + "/wal", to: copy.path + "/wal")
    let directory = try list()
    #expect(directory.blocks.count == 2)
    #expect(directory.strangers.map(\.kind) == [.linkToDirectory])
    #expect(directory.wal?.segments.count == 6)
  }

  @Test func `links in a circle end`() throws {
    try link(copy.data + "/loop", to: "loop")
    try link(copy.data + "/wbl", to: "wbl")
    let directory = try list()
    #expect(directory.strangers.map(\.kind) == [.brokenLink])
    #expect(directory.problems.map(\.path) == [copy.data + "/wbl"])
  }

  @Test func `a block without meta, chunks or index is listed with its failures`() throws {
    removeTree(block)
    try makeFolder(block)
    let directory = try list()
    #expect(directory.blocks.count == 3)
    let broken = directory.blocks[1]
    #expect(throws: FileError.self) { try broken.meta.get() }
    #expect(broken.damage.map(\.path) == [block + "/chunks", block + "/index"])
    #expect(broken.size == 0)
  }

  @Test func `a log that does not go on where its checkpoint ends is damage`() throws {
    let wal = copy.data + "/wal"
    try move(wal + "/checkpoint.00000002", to: wal + "/checkpoint.00000001")
    #expect(
      try list().problems == [
        .damaged(
          path: wal + "/00000003",
          DecodeError(
            section: .walSegments, offset: 0, problem: .sequenceGap(expected: 2, found: 3)))
      ])
    try move(wal + "/checkpoint.00000001", to: wal + "/checkpoint.00000008")
    #expect(try list().problems.map(\.path) == [wal + "/checkpoint.00000008"])
    try move(wal + "/checkpoint.00000008", to: copy.path + "/checkpoint")
    #expect(try list().problems.map(\.path) == [wal + "/00000003"])
  }

  @Test func `a checkpoint without segments is damage`() throws {
    removeTree(copy.data + "/wal/checkpoint.00000002/00000000")
    let problems = try list().problems
    #expect(problems.map(\.path) == [copy.data + "/wal/checkpoint.00000002"])
  }

  @Test func `a block's name must be that of its folder, and its times in order`() throws {
    try move(block, to: copy.data + "/01M7XPVHDBEN0X46Y430AHYY2Z")
    #expect(
      try list().problems.map(\.description) == [
        copy.data + "/01M7XPVHDBEN0X46Y430AHYY2Z/meta.json: meta at byte 0: "
          + "says that the block is 01M7XPVHDBEN0X46Y430AHYY2Q, which its folder is not"
      ])
  }

  @Test func `the first chunk segment of a block must be number 1`() throws {
    try move(block + "/chunks/000001", to: block + "/chunks/000002")
    #expect(try list().problems.map(\.path) == [block + "/chunks/000002"])
  }

  @Test func `an unreadable folder is a problem, not a failure`() throws {
    if isRoot {
      removeTree(copy.data + "/wal")
      try writeFile(copy.data + "/wal", [])
    } else {
      try setPermissions(copy.data + "/wal", 0)
    }
    defer { try? setPermissions(copy.data + "/wal", 0o755) }
    let directory = try list()
    #expect(directory.wal == nil)
    #expect(directory.problems.map(\.path) == [copy.data + "/wal"])
    #expect(directory.blocks.count == 3)
  }

  @Test func `a meta file that is too large is refused unread`() throws {
    try damage(block + "/meta.json") {
      $0.append(contentsOf: [UInt8](repeating: 0x20, count: 17 << 20))
    }
    let broken = try list().blocks[1]
    #expect(
      throws: FileError.damaged(
        path: block + "/meta.json",
        DecodeError(
          section: .meta, offset: 0,
          problem: .outOfRange(found: Int64(273 + 17 << 20), allowed: 0...(16 << 20))))
    ) { try broken.meta.get() }
  }

  @Test func `a directory holds itself and the folders in it, however they are written`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    let directory = try DataDirectory(path: copy.data)
    try link(copy.path + "/elsewhere", to: copy.data + "/wal")
    try makeFolder(copy.path + "/data2")
    for inside in ["", "/", "/wal", "/../data/wal/.", "/../elsewhere"] {
      #expect(try directory.holds(copy.data + inside), "\(inside)")
    }
    for outside in ["/..", "/../data2", "/nothing", "2/nothing"] {
      #expect(try !directory.holds(copy.data + outside), "\(outside)")
    }
    #expect(
      throws: FileError.system(
        path: String(repeating: "x", count: 5000), operation: "find", errno: 36)
    ) {
      _ = try directory.holds(String(repeating: "x", count: 5000))
    }
  }
}
