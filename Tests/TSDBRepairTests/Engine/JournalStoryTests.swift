import Glibc
import TSDBStore
import TestSupport
import Testing

@testable import TSDBRepair

/// Journals that no repair has written: a directory may come from somebody else.
@Suite struct JournalStoryTests {
  private static let name = Quarantine.prefix + "20261130T062326Z"
  private static let status = FileStatus(
    kind: .folder, mode: 0o6777, owner: 0, group: 0, size: 0,
    accessed: .init(seconds: 1, nanoseconds: 0), modified: .init(seconds: 1, nanoseconds: 0))

  /// A directory with a journal of these records behind those of what is there.
  private func directory(_ records: [JournalRecord]) throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    let quarantine = folder.data + "/" + Self.name
    for path in [folder.path + "/victim", folder.data, folder.data + "/wal", quarantine] {
      try makeFolder(path)
    }
    for path in [quarantine + "/new", quarantine + "/original"] { try makeFolder(path) }
    try writeFile(folder.path + "/victim/secret", [1])
    try writeFile(folder.data + "/wal/00000001", [2])
    try writeFile(quarantine + "/original/00000001", [3])
    let tree = try DataTree(of: folder.data)
    let before = tree.paths.compactMap { path in
      tree[path].map { JournalRecord.was(path: path, $0) }
    }
    let text = (before + records).map(\.line).joined()
    try writeFile(quarantine + "/journal", text.utf8)
    return folder
  }

  static let hostile: [[JournalRecord]] = [
    [.was(path: "../victim", status), .started, .done],
    [.was(path: "/etc", status), .started, .done],
    [.started, .move(from: "../victim/new", to: "\(name)/original/00000001"), .done],
    [.started, .move(from: "\(name)/new/1.tmp", to: "../victim/secret"), .done],
    [.started, .move(from: "wal/00000001", to: "\(name)/original/../../../victim/x"), .done],
    [.started, .move(from: "wal/./00000001", to: "\(name)/original/x"), .done],
    [.started, .move(from: "wal//00000001", to: "\(name)/original/x"), .done],
    [.started, .move(from: "", to: "\(name)/original/x"), .done],
    [.started, .move(from: "wal/00000001\0", to: "\(name)/original/x"), .done],
    [.started, .makeFolder("../victim"), .done],
    // Into and out of other folders than those of the quarantine.
    [.started, .move(from: "wal/00000002", to: "\(name)/journal"), .done],
    [.started, .move(from: "\(name)/original/00000001", to: "wal/00000002"), .done],
    [.started, .move(from: "wal/00000001", to: "\(name)x/original/00000001"), .done],
    // A file that was there is none that the repair made: an undo would delete it.
    [.started, .move(from: "\(name)/new/1.tmp", to: "wal/00000001"), .done],
    // What is not there cannot have been moved.
    [.started, .move(from: "wal/00000009", to: "\(name)/original/00000001"), .done],
    [.was(path: "a/b", status), .started, .done],
  ]

  @Test(arguments: hostile.indices, [false, true])
  func `an undo refuses a journal that no repair can have written`(
    index: Int, isForced: Bool
  ) throws {
    let folder = try directory(Self.hostile[index])
    let before = try TreeState(folder.path)
    let error = #expect(throws: RepairError.self) {
      try Undo.run(folder.data, isForced: isForced)
    }
    #expect(error.map { "\($0)" }?.contains("/journal: ") == true)
    #expect(before.changes(to: try TreeState(folder.path)) == [])
  }

  @Test func `the line and what it names are told`() throws {
    let folder = try directory(Self.hostile[3])
    let error = #expect(throws: RepairError.self) { try Undo.run(folder.data) }
    let path = try FolderListing.realPath(folder.data) + "/" + Self.name + "/journal"
    let why = "line 5 names ../victim/secret, which is no place inside of the directory"
    #expect(error.map { "\($0)" }?.hasPrefix("\(path): \(why); ") == true, "\(error as Any)")
  }

  /// A folder on the way, or the quarantine, or its journal, may be a link that somebody put there.
  @Test(arguments: ["wal", "\(name)/original", "\(name)/new", "\(name)/journal", name])
  func `an undo goes through no link`(path: String) throws {
    let folder = try directory([
      .started, .move(from: "wal/00000001", to: "\(Self.name)/original/00000001"),
      .move(from: "\(Self.name)/new/1.tmp", to: "wal/00000001"), .done,
    ])
    try move(folder.data + "/" + path, to: folder.path + "/victim/there")
    try link(folder.data + "/" + path, to: folder.path + "/victim/there")
    let before = try ContentState(folder.path + "/victim")
    _ = try? Undo.run(folder.data, isForced: true)
    #expect(before.changes(to: try ContentState(folder.path + "/victim")) == [])
  }

  @Test func `a folder gets no right from a journal that it has not`() throws {
    let folder = try directory([
      .started, .move(from: "wal/00000001", to: "\(Self.name)/original/00000001"), .done,
    ])
    let journal = folder.data + "/" + Self.name + "/journal"
    var wal = try FileStatus(of: folder.data + "/wal")
    wal.mode = 0o6775
    let text = try readText(journal).split(separator: "\n").map { line in
      line.hasPrefix("was\twal\t") ? JournalRecord.was(path: "wal", wal).line : line + "\n"
    }
    try writeFile(journal, text.joined().utf8)
    try removeTree(folder.data + "/wal/00000001")
    #expect(try Undo.run(folder.data, isForced: true).restored == 1)
    #expect(try readFile(folder.data + "/wal/00000001") == [3])
    #expect(try permissions(folder.data + "/wal") == 0o775)
  }

  @Test func `a journal with a line that cannot be read is refused`() throws {
    let folder = try directory([
      .started, .move(from: "wal/00000001", to: "\(Self.name)/original/00000001"), .done,
    ])
    let journal = folder.data + "/" + Self.name + "/journal"
    try damage(journal) { $0.flip(at: 3) }
    let before = try TreeState(folder.path)
    #expect(throws: RepairError.self) { try Undo.run(folder.data, isForced: true) }
    #expect(before.changes(to: try TreeState(folder.path)) == [])
  }

  /// Copies of a directory are made of hard links (`cp -al`): undoing in one leaves the other.
  @Test func `a journal with a second name is not written to`() throws {
    let folder = try directory([
      .started, .move(from: "wal/00000001", to: "\(Self.name)/original/00000001"), .done,
    ])
    try removeTree(folder.data + "/wal/00000001")
    let journal = folder.data + "/" + Self.name + "/journal"
    let text = try readText(journal)
    #expect(Glibc.link(journal, folder.path + "/other") == 0)
    #expect(try Undo.run(folder.data, isForced: true).restored == 1)
    #expect(try readText(folder.path + "/other") == text)
  }
}
