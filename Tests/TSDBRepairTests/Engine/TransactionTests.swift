import Glibc
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBRepair

/// A directory in which something of every kind is changed.
private enum Example {
  static let name = Quarantine.prefix + "test"

  /// Fills `root`, whose times are long past; with `links`, some of what is in it lies beside it.
  static func make(_ root: String, links: Bool = false) throws {
    for folder in ["", "/wal", "/wal/checkpoint.00000001", "/chunks_head", "/block"] {
      if !exists(root + folder) { try makeFolder(root + folder) }
    }
    if links {
      try makeFolder(elsewhere(root))
      try move(root + "/block", to: elsewhere(root) + "/block")
      try link(root + "/block", to: elsewhere(root) + "/block")
      try writeFile(elsewhere(root) + "/4", Array(repeating: 3, count: 300))
      try link(root + "/wal/00000004", to: elsewhere(root) + "/4")
      try makeFolder(elsewhere(root) + "/wbl")
      try link(root + "/snapshots", to: elsewhere(root) + "/wbl")
    } else {
      try writeFile(root + "/wal/00000004", Array(repeating: 3, count: 300))
    }
    for (file, byte) in [
      ("/wal/00000002", 1), ("/wal/00000003", 2),
      ("/wal/checkpoint.00000001/00000000", 4), ("/chunks_head/000001", 5), ("/block/index", 6),
    ] {
      try writeFile(root + file, Array(repeating: UInt8(byte), count: 100 * byte))
    }
    try setPermissions(root + "/wal/00000003", 0o640)
    for path in [
      "/wal/00000002", "/wal/checkpoint.00000001", "/wal", "/chunks_head", "/block", "",
    ] {
      let times = [
        timespec(tv_sec: 1_000_000, tv_nsec: 7), timespec(tv_sec: 2_000_000, tv_nsec: 9),
      ]
      _ = utimensat(AT_FDCWD, root + path, times, 0)
    }
  }

  /// What links lead to.
  static func elsewhere(_ root: String) -> String { root + "-elsewhere" }

  /// A folder beside `root`, to try what its file system can do.
  static func probe(_ root: String) throws -> String {
    let path = root + "-probe"
    if !exists(path) { try makeFolder(path) }
    return path
  }

  /// A change of every kind, some of them of what others changed before.
  static var changes: [DirectoryChange] {
    [
      DirectoryChange(
        "wal/00000003",
        .replace(size: 3) { sink throws(FileError) in
          try sink.write([7, 8, 9].rawBytes)
        }),
      DirectoryChange(
        "wal/checkpoint.00000001",
        .folder(size: 9) { folder throws(FileError) in
          try folder.file("00000000") { sink throws(FileError) in
            try sink.write([1].rawBytes)
          }
          try folder.folder("deeper") { inner throws(FileError) in
            try inner.file("x") { _ throws(FileError) in }
          }
        }),
      DirectoryChange("block", .remove),
      DirectoryChange("wal/00000004", .rename(to: "wal/00000005")),
      DirectoryChange("wal/00000003", .rename(to: "wal/00000004")),
      DirectoryChange(
        "wbl/late/00000000",
        .replace(size: 1) { sink throws(FileError) in
          try sink.write([5].rawBytes)
        }),
      DirectoryChange(
        "samples",
        .lostAndFound(size: 3) { sink throws(FileError) in
          try sink.write(Array("{}\n".utf8).rawBytes)
        }),
      DirectoryChange(
        "wal/00000004",
        .replace(size: 1) { sink throws(FileError) in
          try sink.write([4, 4].rawBytes)
        }),
    ]
  }

  /// Makes all changes.
  static func apply(_ root: String, _ operations: FileOperations) throws(FileError) {
    let transaction = try Transaction(root, name: name, operations.within(root))
    try transaction.apply(changes)
    try transaction.finish()
  }
}

/// Counts the calls, and does something at the one of a number.
private final class Trap {
  private(set) var calls = 0
  private let number: Int
  private let isLasting: Bool

  init(at number: Int, isLasting: Bool = false) {
    self.number = number
    self.isLasting = isLasting
  }

  func failing(_ path: String) throws(FileError) {
    calls += 1
    if calls == number || isLasting && calls > number {
      throw .system(path: path, operation: "write", errno: ENOSPC)
    }
  }

  func killing() {
    calls += 1
    if calls == number { kill(getpid(), SIGKILL) }
  }
}

@Suite struct TransactionTests {
  /// How many calls the changes make.
  private static let callsOfRepair = 92
  /// How many calls their undo makes.
  private static let callsOfUndo = 64

  @Test func `what is changed is there, and what was there is in the quarantine`() throws {
    let folder = try TemporaryDirectory()
    let root = folder.path + "/data"
    try Example.make(root)
    let trap = Trap(at: 0)
    try Example.apply(
      root, FileOperations(announce: { _, path throws(FileError) in try trap.failing(path) }))
    #expect(try readFile(root + "/wal/00000004") == [4, 4])
    #expect(try readFile(root + "/wal/00000005") == Array(repeating: 3, count: 300))
    #expect(try readFile(root + "/wbl/late/00000000") == [5])
    #expect(try namesInFolder(root + "/wal/checkpoint.00000001") == ["00000000", "deeper"])
    #expect(!exists(root + "/block"))
    let quarantine = root + "/" + Example.name
    #expect(
      try readFile(quarantine + "/original/block/index") == Array(repeating: 6, count: 600))
    #expect(try readText(quarantine + "/lost+found/samples.jsonl") == "{}\n")
    #expect(trap.calls > 60 && trap.calls <= Self.callsOfRepair, "\(trap.calls)")
  }

  @Test func `an undo brings back bytes, names, modes and times`() throws {
    let folder = try TemporaryDirectory()
    let root = folder.path + "/data"
    try Example.make(root)
    let before = try ContentState(root)
    try Example.apply(root, FileOperations())
    let trap = Trap(at: 0)
    let report = try Undo.run(
      root,
      operations: FileOperations(announce: { _, path throws(FileError) in try trap.failing(path) }))
    #expect(before.changes(to: try ContentState(root)) == [])
    #expect(report.differences == [] && report.kept == [] && report.keptBack == [])
    #expect(trap.calls > 40 && trap.calls <= Self.callsOfUndo, "\(trap.calls)")
    #expect(throws: RepairError.self) { try Undo.run(root) }
  }

  @Test(arguments: [false, true])
  func `a repair that fails anywhere can be taken back`(isLasting: Bool) throws {
    for number in 1...Self.callsOfRepair {
      let folder = try TemporaryDirectory()
      let root = folder.path + "/data"
      try Example.make(root, links: true)
      let before = try ContentState(folder.path)
      let trap = Trap(at: number, isLasting: isLasting)
      let operations = FileOperations(announce: { _, path throws(FileError) in
        try trap.failing(path)
      })
      do { try Example.apply(root, operations) } catch {}
      try expectUndone(folder.path, before, number)
    }
  }

  @Test(arguments: [false, true])
  func `an undo that fails anywhere can be run again`(isLasting: Bool) throws {
    for number in 1...Self.callsOfUndo {
      let folder = try TemporaryDirectory()
      let root = folder.path + "/data"
      try Example.make(root, links: true)
      let before = try ContentState(folder.path)
      try Example.apply(root, FileOperations())
      let trap = Trap(at: number, isLasting: isLasting)
      let operations = FileOperations(announce: { _, path throws(FileError) in
        try trap.failing(path)
      })
      _ = try? Undo.run(root, operations: operations)
      try expectUndone(folder.path, before, number)
    }
  }

  /// As a process leaves it that ends in the middle of a write, or a disk that is full. What an undo writes behind
  /// it can be read, also where that undo fails in its turn.
  @Test func `a journal that ends in the middle of a line can be taken back`() throws {
    for (number, failing) in zip(0..., stride(from: 0, to: 400, by: 9)) {
      let folder = try TemporaryDirectory()
      let root = folder.path + "/data"
      try Example.make(root, links: true)
      let before = try ContentState(folder.path)
      try Example.apply(root, FileOperations())
      let journal = root + "/" + Example.name + "/journal"
      let text = try readText(journal)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      let last = try #require(lines.lastIndex { $0.hasPrefix("move\t") })
      let whole = lines[...last].reduce(0) { $0 + $1.utf8.count + 1 }
      let size = whole + (text.utf8.count - whole) * number / 45
      try writeFile(journal, text.utf8.prefix(size))
      let trap = Trap(at: failing % 61)
      _ = try? Undo.run(
        root,
        operations: FileOperations(announce: { _, path throws(FileError) in try trap.failing(path) }
        ))
      try expectUndone(folder.path, before, size)
    }
  }

  @Test(arguments: Array(stride(from: 1, through: TransactionTests.callsOfRepair, by: 1)))
  func `a repair that is killed anywhere can be taken back`(number: Int) async throws {
    let folder = try TemporaryDirectory()
    let root = folder.path + "/data"
    try Example.make(root, links: number % 2 == 0)
    let before = try ContentState(folder.path)
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [root = root as String, number = number as Int] in
      let trap = Trap(at: number)
      do {
        try Example.apply(
          root, FileOperations(announce: { _, _ throws(FileError) in trap.killing() }))
      } catch {}
      kill(getpid(), SIGKILL)
    }
    try expectUndone(folder.path, before, number)
  }

  @Test(arguments: Array(stride(from: 1, through: TransactionTests.callsOfUndo, by: 1)))
  func `an undo that is killed anywhere can be run again`(number: Int) async throws {
    let folder = try TemporaryDirectory()
    let root = folder.path + "/data"
    try Example.make(root, links: number % 2 == 0)
    let before = try ContentState(folder.path)
    try Example.apply(root, FileOperations())
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [root = root as String, number = number as Int] in
      let trap = Trap(at: number)
      _ = try? Undo.run(
        root, operations: FileOperations(announce: { _, _ throws(FileError) in trap.killing() }))
      kill(getpid(), SIGKILL)
    }
    try expectUndone(folder.path, before, number)
  }

  @Test func `the end of an undo is not followed by that of an older repair`() throws {
    let folder = try TemporaryDirectory()
    let root = folder.path + "/data"
    try Example.make(root)
    let operations = FileOperations(syncs: false).within(root)
    guard try operations.setNote("-", on: root) else { return }
    try operations.removeNote(on: root)
    try Example.apply(root, operations)
    let repaired = try ContentState(root)
    let newer = Quarantine.prefix + "test-2"
    let status = try FileStatus(of: root)
    // As if the process was killed when the newer quarantine was gone, and the times not yet restored.
    try operations.setNote(TimesNote(quarantine: newer, status).text, on: root)
    _ = utimensat(AT_FDCWD, root, nil, 0)
    #expect(try Undo.run(root).quarantine == newer)
    #expect(repaired.changes(to: try ContentState(root)) == [])
    #expect(try Undo.run(root).quarantine == Example.name)
  }

  /// Takes back what is there to be taken back, and expects the old directory, with its own times, and
  /// what links lead to. Only a file system without extended attributes has no place for those times
  /// while the quarantine exists and its journal does not.
  private func expectUndone(_ folder: String, _ before: ContentState, _ number: Int) throws {
    let root = folder + "/data"
    let keepsNotes = try FileOperations().setNote("-", on: try Example.probe(root))
    var isBare = !keepsNotes
    if isBare, let quarantine = try Quarantine.all(in: root).first {
      isBare = try Journal.read(quarantine).isEmpty
    }
    var refusal = ""
    do throws(RepairError) {
      _ = try Undo.run(root)
    } catch {
      refusal = "\(error)"
    }
    let isFine = refusal.isEmpty || refusal.hasSuffix("there is no repair to take back")
    #expect(isFine, "call \(number): \(refusal)")
    #expect(FileOperations().note(on: root) == nil, "call \(number)")
    removeTree(try Example.probe(root))
    let after = try ContentState(folder)
    let changes = before.changes(to: after).filter { $0 != "." && (!isBare || $0 != "/data") }
    #expect(changes == [], "call \(number)")
  }
}
