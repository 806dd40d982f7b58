import Glibc
import TestSupport
import Testing

/// What is on disk, and what a machine lacks, ends in a sentence: never in a trap, never without end.
@Suite struct LimitsTests {
  /// Runs a command line under a shell that sets limits first.
  private func run(
    _ limits: String, _ arguments: [String], seconds: Double = 30
  ) throws -> CommandResult {
    let line = "\(limits); exec \"$0\" \"$@\""
    return try CommandRunner.run(
      "/bin/sh", ["-c", line, CommandRunner.executable] + arguments, seconds: seconds)
  }

  /// A log with a record that unpacks to a gigabyte between two that are sound.
  private func bomb() throws -> TemporaryDirectory {
    var wal = WALBuilder()
    wal.add(LogDirectory.series(1, "up"))
    wal.add(zstdBomb(blocks: 8192), flags: 0x10)
    wal.add(LogDirectory.samples(1, [1_796_000_000_000]))
    let directory = try TemporaryDirectory()
    try makeFolder(directory.path + "/wal")
    try makeFolder(directory.path + "/chunks_head")
    try writeFile(directory.path + "/wal/00000000", wal.bytes)
    return directory
  }

  @Test(arguments: [
    ["check"], ["diagnose"], ["preflight"], ["analyze"], ["churn"], ["ls"], ["ls", "segments"],
    ["whatif", "--drop-label", "job"], ["repair"], ["dump", "samples"], ["dump", "records"],
    ["dump", "metadata"], ["dump", "exemplars"], ["show", "wal/00000000"], ["show", "#ref/1"],
  ])
  func `a record that unpacks to a gigabyte is not unpacked`(line: [String]) throws {
    let directory = try bomb()
    let command = line.prefix(line.first == "dump" ? 2 : 1)
    // The directory is an argument of its own in front of the parts of it.
    let arguments = command + [directory.path] + line.dropFirst(command.count)
    let all = line == ["ls", "segments"] ? ["ls", directory.path, "segments"] : Array(arguments)
    // 300 MiB beside what the program itself is.
    let result = try run("ulimit -d 300000", all)
    // A guard does not let a start pass in which something was not read.
    let isGuard = line.first == "preflight"
    #expect(isGuard ? result.status == 2 : [0, 1].contains(result.status), "\(result.stderr)")
  }

  @Test func `a record that unpacks to a gigabyte is a finding with its place`() throws {
    // Held: it is gone with the last who knows it.
    let directory = try bomb()
    let result = try CommandRunner.run(["check", directory.path, "--format", "json"])
    #expect(result.status == 1)
    #expect(result.stdout.contains(#""rule":"wal.compression.too-large""#), "\(result.stdout)")
    #expect(result.stdout.contains(#""file":"wal/00000000""#))
    let page = try CommandRunner.run(["explain", "wal.compression.too-large"])
    #expect(page.status == 0)
    #expect(page.stdout.contains("larger than any server writes"))
  }

  @Test func `where memory ends while a copy is made nothing of it is left`() throws {
    var endings: Set<Int32?> = []
    for megabytes in stride(from: 88, through: 160, by: 4) {
      let folder = try TemporaryDirectory()
      let data = Fixture("sound/explosion-small").data
      let result = try run(
        "ulimit -v \(megabytes * 1000)", ["redact", data, "--output", folder.path + "/copy"],
        seconds: 60)
      endings.insert(result.status)
      let names = try namesInFolder(folder.path)
      #expect(result.status == 0 || names == [], "\(megabytes): \(names)")
    }
    // Some of them must not have been enough.
    #expect(endings.contains(2), "\(endings)")
  }

  @Test(arguments: [60, 100, 200, 400, 800])
  func `where memory is scarce there is a result or a sentence`(megabytes: Int) throws {
    let data = Fixture("sound/explosion-small").data
    for command in ["diagnose", "check", "analyze", "repair"] {
      let result = try run("ulimit -v \(megabytes * 1000)", [command, data], seconds: 60)
      switch result.status {
      case 0, 1: break
      case 2: #expect(result.stderr.contains("memory"), "\(command): \(result.stderr)")
      default:
        // The loader itself cannot put the program into so little.
        #expect(megabytes == 60 && result.status == 127, "\(command): \(result)")
      }
    }
  }

  @Test func `more than --max-memory allows is refused in one sentence`() throws {
    // A gigabyte of label values in 60 MB of log, none like another.
    var wal = WALBuilder()
    var random = SeededRandom(seed: 12)
    for ref in 0..<1500 {
      let value = (0..<5000).map { _ in
        String(UInt64.random(in: 0 ... .max, using: &random), radix: 36)
      }.joined()
      wal.add(LogDirectory.series(UInt64(ref + 1), "up", x: value))
    }
    let directory = try TemporaryDirectory()
    try makeFolder(directory.path + "/wal")
    try writeFile(directory.path + "/wal/00000000", wal.bytes)
    let result = try CommandRunner.run(["analyze", directory.path, "--max-memory", "64MiB"])
    #expect(result.status == 2)
    let lines = result.stderr.split(separator: "\n")
    #expect(lines.count == 1)
    #expect(lines.first?.hasPrefix("epimetheus: out of memory: ") == true, "\(result.stderr)")
    #expect(lines.first?.contains("is beyond --max-memory (64 MiB)") == true, "\(result.stderr)")
    #expect(lines.first?.contains("wal/00000000") == true, "\(result.stderr)")
  }

  @Test(arguments: ["0", "-1", "1025", "99999999", "9223372036854775807"])
  func `a number of jobs that is of no use is refused`(jobs: String) throws {
    let data = Fixture("damaged-base/main").data
    let result = try CommandRunner.run(["check", data, "--jobs=\(jobs)"], seconds: 10)
    #expect(result.status == 64, "\(result)")
    #expect(result.stderr.contains("from 1 to 1024"))
  }

  @Test(arguments: ["index", "tombstones"]) func `a sparse file of a block is not read through`(
    name: String
  ) throws {
    let copy = try Fixture("damaged-base/main").copy()
    let path = copy.data + "/01M7XPVH3PN49ESJ7YTJHY4RM5/" + name
    #expect(truncate(path, name == "index" ? 24 << 30 : 3 << 30) == 0)
    let result = try CommandRunner.run(["check", copy.data], seconds: 10)
    #expect(result.status == 1, "\(result)")
    let rule = name == "index" ? "index.toc" : "file.too-large"
    #expect(result.stdout.contains(rule), "\(result.stdout)")
  }

  @Test func `a block whose index is a hole is put aside`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    #expect(truncate(copy.data + "/01M7XPVH3PN49ESJ7YTJHY4RM5/index", 24 << 30) == 0)
    let plan = try CommandRunner.run(["repair", copy.data], seconds: 30)
    #expect(plan.status == 1, "\(plan.stderr)")
    #expect(plan.stdout.contains("1. quarantine-block\n"), "\(plan.stdout)")
  }

  @Test(arguments: ["wal/00000001", "chunks_head/000002"], [2 << 40, 3 << 30])
  func `holes of a sparse file are not read through`(name: String, size: Int) throws {
    let copy = try Fixture("damaged-base/main").copy()
    let last = try namesInFolder(copy.data + "/wal").filter { Int($0) != nil }.sorted().last ?? ""
    let path = copy.data + (name.hasPrefix("wal") ? "/wal/" + last : "/" + name)
    if !exists(path) { try writeFile(path, []) }
    #expect(truncate(path, size) == 0)
    for command in ["check", "diagnose", "analyze", "ls"] {
      let result = try CommandRunner.run([command, copy.data], seconds: 20)
      #expect([0, 1].contains(result.status), "\(command): \(result)")
      let isTooLarge = size > 4 << 30 && command == "check"
      #expect(!isTooLarge || result.stdout.contains("file.too-large"), "\(result.stdout)")
    }
  }
}
