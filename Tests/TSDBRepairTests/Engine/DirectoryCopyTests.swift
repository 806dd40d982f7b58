import Glibc
import TSDBStore
import TestSupport
import Testing

@testable import TSDBRepair

@Suite struct DirectoryCopyTests {
  private func copy(
    _ folder: TemporaryDirectory, linksBlocks: Bool = false
  ) throws -> DirectoryCopy.Report {
    let operations = FileOperations(syncs: false).within(folder.path)
    return try DirectoryCopy.write(
      try SourceTree(of: folder.data), of: folder.data, to: folder.path + "/new",
      linksBlocks: linksBlocks, operations)
  }

  /// True where `path` is itself, and no link.
  private func isReal(_ path: String) throws -> Bool { try FileStatus(of: path).kind != .other }

  @Test func `a copy has itself what a server reads through links`() throws {
    let folder = try Fixture("damaged-base/main").copy()
    let before = try ContentState(folder.data)
    try makeFolder(folder.path + "/elsewhere")
    let block = "01M7XPVHDBEN0X46Y430AHYY2Q"
    for (number, name) in ["wal", "chunks_head", "\(block)/chunks", "queries.active"].enumerated() {
      try move(folder.data + "/" + name, to: folder.path + "/elsewhere/\(number)")
      try link(folder.data + "/" + name, to: "\(folder.path)/elsewhere/\(number)")
    }
    let report = try copy(folder)
    #expect(report == DirectoryCopy.Report())
    let changes = before.changes(to: try ContentState(folder.path + "/new"))
    // The times of the folders whose names became links.
    #expect(changes == [".", "/\(block)"])
  }

  @Test func `hard links are made of files, not of links to them`() throws {
    let folder = try Fixture("damaged-base/main").copy()
    let block = "01M7XPVHDBEN0X46Y430AHYY2Q"
    try move(folder.data + "/\(block)/index", to: folder.path + "/index")
    try link(folder.data + "/\(block)/index", to: folder.path + "/index")
    _ = try copy(folder, linksBlocks: true)
    #expect(try isReal(folder.path + "/new/\(block)/index"))
    #expect(try FileStatus.nameCount(of: folder.path + "/index") == 2)
  }

  @Test func `what is no file or no server reads is named, and what links lead to is not copied`()
    throws
  {
    let folder = try TemporaryDirectory()
    for path in [folder.data, folder.data + "/wal", folder.path + "/backup"] {
      try makeFolder(path)
    }
    try makeFolder(folder.data + "/\(Quarantine.prefix)1")
    try writeFile(folder.path + "/backup/large", [1])
    try link(folder.data + "/backup", to: "../backup")
    try link(folder.data + "/log", to: "wal")
    try link(folder.data + "/nothing", to: "../not-there")
    #expect(mkfifo(folder.data + "/pipe", 0o644) == 0)
    let report = try copy(folder)
    #expect(
      report.leftOut == [
        .init(path: "backup", why: "a link to a folder, which no server reads; it is one still"),
        .init(path: "log", why: "a link to a folder, which no server reads; it is one still"),
        .init(path: "pipe", why: "no file: a pipe, a socket or a device"),
        .init(path: "\(Quarantine.prefix)1", why: "the quarantine of an earlier repair"),
      ])
    let new = folder.path + "/new"
    #expect(try namesInFolder(new) == ["backup", "log", "nothing", "wal"])
    let backup = try FolderListing.realPath(folder.path + "/backup")
    #expect(try FileStatus.target(ofLink: new + "/backup") == backup)
    // One that leads into the directory leads into the copy.
    #expect(try FileStatus.target(ofLink: new + "/log") == "wal")
    #expect(try FileStatus.target(ofLink: new + "/nothing") == "../not-there")
  }

  @Test func `names that are no UTF-8, or look alike, are copied as they are`() throws {
    let folder = try TemporaryDirectory()
    for path in [folder.data, folder.data + "/wal"] { try makeFolder(path) }
    let names: [[UInt8]] = [
      [0x61, 0xff], Array("e\u{301}".utf8), Array("é".utf8), Array("\u{301}".utf8),
      [0xef, 0xb7, 0x90, 0xef, 0xb7, 0xa1], Array("\r\n\t%".utf8),
    ]
    for (number, name) in names.enumerated() {
      try writeFile(in: folder.data + "/wal", name: name, [UInt8(number)])
    }
    _ = try copy(folder)
    for (number, name) in names.enumerated() {
      let content = try readFile(in: folder.path + "/new/wal", name: name)
      #expect(content == [UInt8(number)])
    }
    try FileOperations().removeTree(folder.data)
    try FileOperations().removeTree(folder.path + "/new")
    #expect(try namesInFolder(folder.path) == [])
  }

  @Test func `holes stay holes`() throws {
    let folder = try TemporaryDirectory()
    for path in [folder.data, folder.data + "/wal"] { try makeFolder(path) }
    let path = folder.data + "/wal/00000000"
    try writeFile(path, [1, 2])
    #expect(truncate(path, 1 << 30) == 0)
    let descriptor = open(path, O_WRONLY)
    defer { close(descriptor) }
    #expect(pwrite(descriptor, [3], 1, 1 << 29) == 1)
    try writeFile(folder.data + "/wal/00000001", [1, 2, 3])
    // What is looked for on the disk before a copy; how large a hole can be is the file system's.
    let room = try SourceTree(of: folder.data).room(of: folder.data)
    #expect(room >= 5 && room < 1 << 20, "\(room)")
    _ = try copy(folder)
    let new = folder.path + "/new/wal/00000000"
    var status = stat()
    #expect(stat(new, &status) == 0)
    #expect(status.st_size == 1 << 30)
    #expect(status.st_blocks * 512 < 1 << 20)
    let file = open(new, O_RDONLY)
    defer { close(file) }
    var byte: UInt8 = 0
    for (offset, value) in [(0, 1), (1, 2), (2, 0), (1 << 29, 3)] as [(Int, UInt8)] {
      #expect(pread(file, &byte, 1, offset) == 1)
      #expect(byte == value)
    }
  }

  @Test func `attributes are kept, but for those that a repair notes for itself`() throws {
    let folder = try TemporaryDirectory()
    for path in [folder.data, folder.data + "/wal"] { try makeFolder(path) }
    try writeFile(folder.data + "/wal/00000000", [1])
    guard try FileOperations().setNote("-", on: folder.data) else { return }
    for path in [folder.data + "/wal", folder.data + "/wal/00000000"] {
      try setAttribute("user.origin", of: path, to: [1, 2])
    }
    #expect(try copy(folder).lostAttributes == [])
    let new = folder.path + "/new"
    #expect(attribute("user.origin", of: new + "/wal") == [1, 2])
    #expect(attribute("user.origin", of: new + "/wal/00000000") == [1, 2])
    #expect(FileOperations().note(on: new) == nil)
    let before = try FileStatus(of: folder.data + "/wal/00000000")
    #expect(try FileStatus(of: new + "/wal/00000000").modified == before.modified)
  }

  @Test func `a file that takes another's place has its mode and its attributes`() throws {
    let folder = try TemporaryDirectory()
    for path in [folder.data, folder.data + "/wal"] { try makeFolder(path) }
    try writeFile(folder.data + "/wal/00000000", [1])
    try setPermissions(folder.data + "/wal/00000000", 0o4640)
    guard try FileOperations().setNote("-", on: folder.data) else { return }
    try FileOperations().removeNote(on: folder.data)
    try setAttribute("user.origin", of: folder.data + "/wal/00000000", to: [7])
    let operations = FileOperations(syncs: false).within(folder.data)
    let transaction = try Transaction(folder.data, name: Quarantine.prefix + "1", operations)
    try transaction.apply([
      DirectoryChange(
        "wal/00000000",
        .replace(size: 1) { sink throws(FileError) in try sink.write([2].rawBytes) })
    ])
    #expect(attribute("user.origin", of: folder.data + "/wal/00000000") == [7])
    // Whoever made that file shall not have others run what is written now.
    #expect(try permissions(folder.data + "/wal/00000000") == 0o640)
    #expect(transaction.lostAttributes == [])
  }
}
