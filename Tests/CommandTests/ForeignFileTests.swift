import TestSupport
import Testing

/// Files that belong to another user than the directory, as a restore leaves them that runs as root. What
/// servers that ran as `nobody` said was taken down from 3.5.3.
@Suite(.enabled(if: isRoot)) struct ForeignFileTests {
  private static let block = "01M7XPVH3PN49ESJ7YTJHY4RM5"
  private static let nobody: UInt32 = 65534

  /// What is root's, its mode, and what the server says: nil where it starts.
  struct Case: Sendable, CustomStringConvertible {
    let name: String
    let mode: UInt32
    let message: String?
    var status: Int32 = 3
    var description: String { "\(name) \(String(mode, radix: 8))" }
  }

  private static let storage = "opening storage failed: "
  private static let repair = "\(storage)repair corrupted WAL: cannot handle error: "
  private static let cases = [
    Case(
      name: "wal/00000008", mode: 0o600,
      message: repair + "open WAL segment: 8: open data/wal/00000008: permission denied"),
    Case(name: "wal/00000008", mode: 0o644, message: nil, status: 0),
    Case(name: "wal", mode: 0o755, message: storage + "open data/wal/00000009: permission denied"),
    Case(
      name: "wal", mode: 0o700,
      message: storage + "remove tmp dirs: open data/wal: permission denied"),
    Case(
      name: "wal/checkpoint.00000002/00000000", mode: 0o600,
      message: repair
        + "open checkpoint: open segment:00000000 in dir:data/wal/checkpoint.00000002: open "
        + "data/wal/checkpoint.00000002/00000000: permission denied"),
    Case(
      name: "wal/checkpoint.00000002", mode: 0o700,
      message: repair + "open checkpoint: list segment in dir:data/wal/checkpoint.00000002: open "
        + "data/wal/checkpoint.00000002: permission denied"),
    Case(name: "\(block)/meta.json", mode: 0o600, message: nil, status: 1),
    Case(name: block, mode: 0o700, message: nil, status: 1),
    Case(name: block, mode: 0o755, message: nil, status: 0),
    Case(
      name: "\(block)/index", mode: 0o600,
      message: storage + "try lock file: open data/\(block)/index: permission denied"),
    Case(
      name: "\(block)/chunks/000001", mode: 0o600,
      message: storage
        + "mmap files: try lock file: open data/\(block)/chunks/000001: permission denied"),
    Case(
      name: "\(block)/chunks", mode: 0o700,
      message: storage + "open data/\(block)/chunks: permission denied"),
    Case(
      name: "\(block)/tombstones", mode: 0o600,
      message: storage + "open data/\(block)/tombstones: permission denied"),
    Case(
      name: "chunks_head/000001", mode: 0o600,
      message: storage + "mmap files, file: data/chunks_head/000001: try lock file: open "
        + "data/chunks_head/000001: permission denied"),
    Case(
      name: "chunks_head/000003", mode: 0o600,
      message: storage + "open file during last head chunk file repair: open "
        + "data/chunks_head/000003: permission denied"),
    Case(name: "chunks_head/000003", mode: 0o644, message: nil, status: 0),
    Case(
      name: "chunks_head", mode: 0o700,
      message: storage + "open data/chunks_head: permission denied"),
    Case(
      name: "lock", mode: 0o644,
      message: storage + "lock DB directory: open data/lock: permission denied"),
    Case(
      name: "queries.active", mode: 0o644,
      message: "panic: Unable to create mmap-ed active query log"),
  ]

  private func copy(_ item: Case) throws -> TemporaryDirectory {
    let copy = try Fixture("damaged-base/main").copy()
    try setPermissions(copy.path, 0o755)
    let path = copy.data + "/" + item.name
    if !exists(path) { try writeFile(path, []) }
    try giveTree(copy.data, to: Self.nobody)
    try give(path, to: 0)
    try setPermissions(path, item.mode)
    return copy
  }

  @Test(arguments: cases) func `a server that may not use a file says so`(item: Case) throws {
    let copy = try copy(item)
    let result = try CommandRunner.run([
      "preflight", copy.data, "--prometheus-version", "3.5", "--format", "json",
    ])
    #expect(result.status == item.status, "\(result.stdout)")
    let message = item.message.map { "\"\($0)\"" } ?? "null"
    #expect(result.stdout.contains("\"message\" : \(message)"), "\(result.stdout)")
    if item.message != nil {
      let text = try CommandRunner.run(["diagnose", copy.data])
      #expect(text.status == 1)
      #expect(text.stdout.contains("\(item.name) belongs to root, mode"), "\(text.stdout)")
      #expect(text.stdout.contains("chown -R 65534 "))
    }
    let check = try CommandRunner.run(["check", copy.data])
    let isDenied = item.status != 0 || item.mode == 0o755
    #expect(check.stdout.contains("[access.denied]") == isDenied, "\(check.stdout)")
    if item.status == 0 && !isDenied { #expect(check.stdout.contains("[access.foreign]")) }
  }

  @Test func `the listing tells whose files are`() throws {
    let copy = try copy(Case(name: "wal/00000008", mode: 0o600, message: nil))
    let text = try CommandRunner.run(["ls", copy.data])
    #expect(text.stdout.contains(", of user 65534, mode 755\n"), "\(text.stdout)")
    #expect(text.stdout.contains("of root, mode 600"), "\(text.stdout)")
    let json = try CommandRunner.run(["ls", copy.data, "--format", "json"])
    #expect(json.stdout.contains("\"mode\" : \"600\""))
  }

  @Test func `a group that may write makes the log's owner the server`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try giveTree(copy.data, to: Self.nobody)
    try give(copy.data, to: 1000)
    try setPermissions(copy.data, 0o777)
    #expect(try CommandRunner.run(["preflight", copy.data]).status == 0)
  }
}
