import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBRepair

/// Undos where somebody has used the directory since the repair.
@Suite struct UndoAfterServerTests {
  private static let first = "01M7XPVHDBEN0X46Y430AHYY2Q"
  private static let second = "01M7XPVMXP15ZJJCNDK68GN2WR"
  private static let made = "01M8NPGFVGT8D3SNZXFHP66YZY"
  private static let compacted = "01M8NPGNE2J7F7WZ5XBPJENRDZ"
  private static let quarantine = Quarantine.prefix + "test"

  private func replacing(_ path: String) -> DirectoryChange {
    DirectoryChange(
      path,
      .replace(size: 3) { sink throws(FileError) in
        try sink.write([7, 8, 9].rawBytes)
      })
  }

  /// Two blocks and a head, after a repair that made `changes`.
  private func repaired(_ changes: [DirectoryChange]) throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    try makeFolder(folder.data)
    for block in [Self.first, Self.second] { try makeBlock(folder.data, block, [block]) }
    for name in ["wal", "chunks_head"] { try makeFolder(folder.data + "/" + name) }
    for file in ["wal/00000003", "wal/00000004", "chunks_head/000001", "queries.active"] {
      try writeFile(folder.data + "/" + file, Array(file.utf8))
    }
    let operations = FileOperations(syncs: false).within(folder.data)
    let transaction = try Transaction(folder.data, name: Self.quarantine, operations)
    try transaction.apply(changes)
    try transaction.finish()
    return folder
  }

  private func makeBlock(_ root: String, _ name: String, _ sources: [String]) throws {
    try makeFolder(root + "/" + name)
    try writeFile(root + "/\(name)/index", Array(name.utf8))
    let sources = sources.map { "\"\($0)\"" }.joined(separator: ",")
    let meta = """
      {"ulid":"\(name)","minTime":0,"maxTime":10,"stats":{},
      "compaction":{"level":1,"sources":[\(sources)]},"version":1}
      """
    try writeFile(root + "/\(name)/meta.json", meta.utf8)
  }

  private func flushed() throws -> TemporaryDirectory {
    try repaired([
      DirectoryChange(
        Self.made,
        .folder(size: 9) { folder throws(FileError) in
          try folder.file("index") { sink throws(FileError) in
            try sink.write([1].rawBytes)
          }
        }),
      DirectoryChange("chunks_head", .remove), DirectoryChange("wal", .remove),
    ])
  }

  /// What a server does that starts, writes and stops.
  private func serve(_ root: String) throws {
    for name in ["wal", "chunks_head"] where !exists(root + "/" + name) {
      try makeFolder(root + "/" + name)
    }
    try writeFile(root + "/wal/00000005", [5])
    try writeFile(root + "/queries.active", [0])
    try writeFile(root + "/lock", [])
  }

  @Test func `queries.active and lock are nobody's change`() throws {
    let folder = try repaired([replacing("\(Self.first)/index")])
    try writeFile(folder.data + "/queries.active", [0, 1])
    try writeFile(folder.data + "/lock", [])
    let report = try Undo.run(folder.data)
    #expect(report.differences == [] && report.keptBack == [])
    #expect(try readText(folder.data + "/\(Self.first)/index") == Self.first)
    #expect(!exists(folder.data + "/" + Self.quarantine))
  }

  @Test func `nothing is taken back unasked where a server has run`() throws {
    let folder = try repaired([replacing("\(Self.first)/index")])
    try serve(folder.data)
    let before = try TreeState(folder.data)
    let error = #expect(throws: RepairError.self) { try Undo.run(folder.data) }
    #expect(
      error.map { "\($0)" }?.contains(": wal/00000005 is new since the repair, most likely") == true
    )
    #expect(before.changes(to: try TreeState(folder.data)) == [])
  }

  @Test func `what a server wrote stays, and what it left alone is taken back`() throws {
    let folder = try repaired([replacing("\(Self.first)/index")])
    try serve(folder.data)
    try makeBlock(folder.data, Self.made, [Self.made])
    let report = try Undo.run(folder.data, isForced: true)
    #expect(report.kept == [Self.made, "lock", "wal/00000005"])
    #expect(report.restored == 2)
    #expect(report.keptBack == [] && report.gone == [])
    #expect(try readText(folder.data + "/\(Self.first)/index") == Self.first)
    #expect(try readFile(folder.data + "/wal/00000005") == [5])
    #expect(exists(folder.data + "/\(Self.made)/index"))
    #expect(!exists(folder.data + "/" + Self.quarantine))
  }

  @Test func `a block that was compacted since is passed over and named`() throws {
    let folder = try repaired([replacing("\(Self.first)/index")])
    try serve(folder.data)
    removeTree(folder.data + "/" + Self.first)
    removeTree(folder.data + "/" + Self.second)
    try makeBlock(folder.data, Self.compacted, [Self.first, Self.second])
    let report = try Undo.run(folder.data, isForced: true)
    #expect(
      report.gone == [
        .init(path: Self.first, compactedInto: Self.compacted),
        .init(path: Self.second, compactedInto: Self.compacted),
      ])
    let place = "\(Self.quarantine)/original/\(Self.first)/index"
    #expect(report.keptBack == [.init(path: "\(Self.first)/index", place: place)])
    #expect(try readText(folder.data + "/" + place) == Self.first)
    #expect(try readText(folder.data + "/\(Self.compacted)/index") == Self.compacted)
    // It is over: the next undo is of an older repair, and the next repair need not wait for it.
    #expect(throws: RepairError.self) { try Undo.run(folder.data, isForced: true) }
    #expect(try Journal.read(Quarantine(root: folder.data, name: Self.quarantine)).last == .undone)
  }

  @Test func `the head stays whole, and so do the blocks that were made of it`() throws {
    let folder = try flushed()
    try serve(folder.data)
    let report = try Undo.run(folder.data, isForced: true)
    #expect(report.restored == 0)
    #expect(report.keptBlocks == [Self.made])
    #expect(report.kept == ["chunks_head", "lock", "wal"])
    let original = Self.quarantine + "/original/"
    #expect(
      report.keptBack == [
        .init(path: "chunks_head", place: original + "chunks_head"),
        .init(path: "wal", place: original + "wal"),
      ])
    #expect(try namesInFolder(folder.data + "/wal") == ["00000005"])
    #expect(try readFile(folder.data + "/\(Self.made)/index") == [1])
    #expect(exists(folder.data + "/" + original + "wal/00000003"))
  }

  @Test func `a block of the repair that was compacted is not missed`() throws {
    let folder = try flushed()
    try serve(folder.data)
    removeTree(folder.data + "/" + Self.made)
    try makeBlock(folder.data, Self.compacted, [Self.made])
    let report = try Undo.run(folder.data, isForced: true)
    #expect(report.gone == [.init(path: Self.made, compactedInto: Self.compacted)])
    #expect(try readText(folder.data + "/\(Self.compacted)/index") == Self.compacted)
  }

  @Test func `a block that was taken out comes back beside what a server wrote`() throws {
    let folder = try repaired([DirectoryChange(Self.first, .remove)])
    try serve(folder.data)
    let report = try Undo.run(folder.data, isForced: true)
    #expect(report.restored == 1 && report.keptBack == [])
    #expect(try readText(folder.data + "/\(Self.first)/index") == Self.first)
  }

  /// The decision is made once: what is left of an undo that was cut short is not taken for somebody's
  /// change.
  @Test func `an undo that failed goes on as it began`() throws {
    for number in 1...40 {
      let folder = try repaired([
        replacing("\(Self.first)/index"), replacing("wal/00000003"),
        DirectoryChange(Self.second, .remove),
      ])
      try serve(folder.data)
      var calls = 0
      let operations = FileOperations(
        syncs: false,
        announce: { _, path throws(FileError) in
          calls += 1
          if calls == number { throw .system(path: path, operation: "write", errno: 28) }
        })
      _ = try? Undo.run(folder.data, isForced: true, operations: operations)
      _ = try? Undo.run(folder.data, isForced: true)
      #expect(try readText(folder.data + "/\(Self.first)/index") == Self.first, "call \(number)")
      #expect(try readText(folder.data + "/\(Self.second)/index") == Self.second)
      #expect(try readFile(folder.data + "/wal/00000003") == [7, 8, 9])
      #expect(try readFile(folder.data + "/wal/00000005") == [5])
      #expect(
        try readText(folder.data + "/\(Self.quarantine)/original/wal/00000003") == "wal/00000003")
    }
  }
}
