import Glibc
import TSDBAnalysis
import TSDBCheck
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBRepair

/// Plans of directories in which something is a link: nothing that is tried changes what it leads to.
@Suite struct RehearsalTests {
  private static let block = "01M7XPVHDBEN0X46Y430AHYY2Q"
  /// Each kind of folder and of file; nothing for all of them at once.
  static let linked = [
    "wal", "wal/checkpoint.00000002", "chunks_head", block, "\(block)/chunks", "queries.active",
    "wal/00000005", "wal/checkpoint.00000002/00000000", "chunks_head/000001", "\(block)/index",
    "\(block)/chunks/000001", "\(block)/meta.json", "\(block)/tombstones", "",
  ]

  /// A damaged directory in which `path` is a link to what lies beside it.
  private func directory(_ path: String) throws -> TemporaryDirectory {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/wal/00000005") { $0.flip(at: 14903, bit: 3) }
    try damage(copy.data + "/chunks_head/000002") { $0.flip(at: 3000) }
    try damage(copy.data + "/\(Self.block)/index") { $0.flip(at: $0.count - 20) }
    try makeFolder(copy.path + "/elsewhere")
    try makeFolder(copy.path + "/tmp")
    let paths = path.isEmpty ? ["wal", "chunks_head", "\(Self.block)/chunks"] : [path]
    for (number, path) in paths.enumerated() {
      try move(copy.data + "/" + path, to: copy.path + "/elsewhere/\(number)")
      try link(copy.data + "/" + path, to: "\(copy.path)/elsewhere/\(number)")
    }
    guard path.isEmpty else { return copy }
    // The files too, behind the links to their folders.
    for folder in 0..<3 {
      let place = copy.path + "/elsewhere/\(folder)"
      for name in try namesInFolder(place) where !isDirectory(place + "/" + name) {
        try move(place + "/" + name, to: copy.path + "/elsewhere/\(folder)-\(name)")
        try link(place + "/" + name, to: "../\(folder)-\(name)")
      }
    }
    return copy
  }

  /// An operation of surgery, ready to be tried.
  private struct Trial {
    let steps: @Sendable (RepairContext) async throws(FileError) -> [RepairStep]
  }

  /// Every operation of surgery.
  private func operations(_ directory: DataDirectory) async throws -> [Trial] {
    // The block as it is in the rehearsal, as the commands ask for it.
    var all = Operation.all.map { operation in
      Trial(steps: { context throws(FileError) in try operation.steps(context, block: Self.block) })
    }
    let selector = try Selector(#"{job!=""}"#)
    all.append(
      Trial { context async throws(FileError) in
        [try await DropSeries(context.directory, [selector]).step]
      })
    let flush = try await FlushHead(directory, FlushHead.Options(now: 1_795_000_000_000))
    all.append(Trial { context throws(FileError) in [try flush.step(context.directory)] })
    return all
  }

  @Test(arguments: linked)
  func `no operation that is tried changes what a link leads to`(path: String) async throws {
    let copy = try directory(path)
    let before = try [ContentState(copy.data), ContentState(copy.path + "/elsewhere")]
    let directory = try DataDirectory(path: copy.data)
    let temporary = try FolderListing.realPath(copy.path + "/tmp")
    var outside: [String] = []
    let system = FileOperations(
      syncs: false,
      announce: { kind, path throws(FileError) in
        // Where the call would change something, links on the way followed.
        let parent = try FolderListing.realPath(Path.parent(path))
        if !Path.isInside(parent, temporary) { outside.append("\(kind) \(path)") }
      })
    var options = Repair.Options()
    options.temporaryFolder = temporary
    options.isProven = false
    var plans = 0
    for operation in try await operations(directory) {
      options.operation = operation.steps
      let repair = Repair(of: directory, options)
      let plan = try await repair.plan(comparesWays: false, system)
      plans += plan.steps.count
    }
    options.operation = nil
    for strategy in RepairStrategy.allCases {
      options.strategy = strategy
      let repair = Repair(of: directory, options)
      plans += try await repair.plan(comparesWays: false, system).steps.count
    }
    #expect(plans > 8)
    #expect(outside == [])
    #expect(try namesInFolder(temporary) == [])
    #expect(before[0].changes(to: try ContentState(copy.data)) == [])
    #expect(before[1].changes(to: try ContentState(copy.path + "/elsewhere")) == [])
  }

  /// What is tried is what a server would see: it follows links to some folders, and not to others.
  @Test func `a plan sees a linked log, and no linked block`() async throws {
    let copy = try directory("wal")
    let linkless = try Fixture("damaged-base/main").copy()
    try move(copy.data + "/\(Self.block)", to: copy.path + "/elsewhere/block")
    try link(copy.data + "/\(Self.block)", to: "../elsewhere/block")
    try makeFolder(linkless.path + "/target")
    let root = try DirectoryCopy.writeLinks(
      to: copy.data, in: linkless.path + "/target", FileOperations(syncs: false))
    let (found, wanted) = (try DataDirectory(path: root), try DataDirectory(path: copy.data))
    #expect(found.blocks.map(\.name) == wanted.blocks.map(\.name))
    #expect(found.wal?.segments.map(\.name) == wanted.wal?.segments.map(\.name))
    #expect(found.wal?.checkpoints.map(\.number) == [2])
    #expect(found.strangers.map(\.kind) == wanted.strangers.map(\.kind))
  }

  @Test func `no call gets out of its folder`() throws {
    let folder = try TemporaryDirectory()
    let inside = folder.path + "/inside"
    for path in [inside, folder.path + "/outside", inside + "/deep"] { try makeFolder(path) }
    try writeFile(folder.path + "/outside/file", [1])
    try link(inside + "/link", to: "../outside")
    try link(inside + "/file", to: "../outside/file")
    let operations = FileOperations(syncs: false).within(inside)
    let status = try FileStatus(of: inside)
    let before = try ContentState(folder.path)
    for path in [
      folder.path + "/outside", inside + "/link", inside + "/../outside",
      inside + "/deep/../../outside",
      folder.path + "/inside/./../outside",
    ] {
      let name = path + "/file"
      #expect(throws: FileError.self) { try FileSink(path + "/new", operations) }
      #expect(throws: FileError.self) { try operations.reopen(name) }
      #expect(throws: FileError.self) { try operations.createFolder(path + "/new") }
      #expect(throws: FileError.self) { try operations.removeFile(name) }
      #expect(throws: FileError.self) { try operations.removeFolder(path + "/new") }
      #expect(throws: FileError.self) { try operations.rename(name, to: inside + "/x") }
      #expect(throws: FileError.self) { try operations.rename(inside + "/file", to: path + "/x") }
      #expect(throws: FileError.self) { try operations.link(name, as: path + "/new") }
      #expect(throws: FileError.self) { try operations.symbolicLink(path + "/new", to: "x") }
      #expect(throws: FileError.self) { try operations.copy(name, to: path + "/new") }
      #expect(throws: FileError.self) { try operations.setTimes(name, status) }
      #expect(throws: FileError.self) { try operations.setMode(name, status) }
      #expect(throws: FileError.self) { try operations.replaceFile(name, by: inside + "/file") }
    }
    // A link to a file is a name like any other, and never the file.
    #expect(throws: FileError.self) { try operations.reopen(inside + "/file") }
    #expect(throws: FileError.self) { try operations.setMode(inside + "/file", status) }
    #expect(before.changes(to: try ContentState(folder.path)) == [])
    try operations.removeFile(inside + "/file")
    #expect(try readFile(folder.path + "/outside/file") == [1])
  }

  @Test(arguments: ["wal", "chunks_head"])
  func `a repair in place does not go through a link, and says what to do`(path: String)
    async throws
  {
    let copy = try directory(path)
    let before = try [TreeState(copy.data), TreeState(copy.path + "/elsewhere")]
    var options = Repair.Options()
    options.temporaryFolder = copy.path + "/tmp"
    // What is to be trimmed is what a check finds.
    options.isProven = path == "chunks_head"
    options.time = "1"
    options.operation = { context throws(FileError) in
      try (path == "wal" ? Operation.skipDamage : .trimHeadChunks).steps(context)
    }
    let repair = Repair(of: try DataDirectory(path: copy.data), options)
    let error = await #expect(throws: RepairError.self) { _ = try await repair.applyInPlace() }
    let refusal = error?.description ?? ""
    let real = try FolderListing.realPath(copy.data)
    #expect(refusal.hasPrefix("\(real)/\(path): is a link to "))
    #expect(refusal.contains("--output NEW"))
    #expect(before[0].changes(to: try TreeState(copy.data)) == [])
    #expect(before[1].changes(to: try TreeState(copy.path + "/elsewhere")) == [])
  }

  @Test func `a link that leaves as a whole is taken back`() async throws {
    let copy = try directory("wal")
    let before = try ContentState(copy.path)
    var options = Repair.Options()
    options.temporaryFolder = copy.path + "/tmp"
    options.isProven = false
    options.time = "1"
    options.operation = { context throws(FileError) in try Operation.discardHead.steps(context) }
    let repair = Repair(of: try DataDirectory(path: copy.data), options)
    _ = try await repair.applyInPlace()
    #expect(!exists(copy.data + "/wal"))
    _ = try Undo.run(copy.data)
    #expect(before.changes(to: try ContentState(copy.path)) == ["/tmp"])
  }
}
