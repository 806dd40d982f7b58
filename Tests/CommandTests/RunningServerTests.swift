import Glibc
import TestSupport
import Testing

/// A server runs on the directory: that is no damage, and what it is just writing is none.
@Suite struct RunningServerTests {
  /// A copy whose lock is held for as long as `body` runs.
  private func running(
    _ spoil: (String) throws -> Void = { _ in }, _ body: (String) throws -> Void
  ) throws {
    let copy = try Fixture("damaged-base/main").copy()
    try spoil(copy.data)
    try writeFile(copy.data + "/lock", [])
    let descriptor = open(copy.data + "/lock", O_RDWR | O_CLOEXEC)
    defer { close(descriptor) }
    try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    try body(copy.data)
  }

  @Test func `a restart is predicted, and a guard says that the place is taken`() throws {
    try running { data in
      let diagnosis = try CommandRunner.run(["diagnose", data])
      #expect(diagnosis.status == 0)
      #expect(
        diagnosis.stdout.hasPrefix(
          "A server is running on it. After a restart:\nPrometheus will start.\n"))
      let check = try CommandRunner.run(["check", data])
      #expect(check.status == 0)
      #expect(
        check.stdout.contains(
          "A server is running on it. After a restart:\nPrometheus will start.\n"),
        "\(check.stdout)")
      let preflight = try CommandRunner.run(["preflight", data])
      #expect(preflight.status == 3)
      #expect(preflight.stdout.hasPrefix("Another server has the directory.\n"))
      let json = try CommandRunner.run(["preflight", data, "--format", "json"])
      #expect(json.stdout.contains("lock DB directory: resource temporarily unavailable"))
      #expect(json.stdout.contains("\"running\" : true"))
    }
  }

  @Test func `the evidence neither speaks of a crash loop nor of a refusal`() throws {
    try running({ data in
      for number in ["00000009", "00000010"] { try writeFile(data + "/wal/" + number, []) }
    }) { data in
      let folder = try TemporaryDirectory()
      let result = try CommandRunner.run(["evidence", data, "--output", folder.path + "/bundle"])
      #expect(result.status == 0, "\(result.stderr)")
      let report = try readText(folder.path + "/bundle/report.md")
      #expect(report.contains("A server is running on it"))
      #expect(!report.contains("crash loop"))
      #expect(!report.contains("Prometheus does not start on it"))
    }
  }

  /// What a server has not finished writing: the end of a segment cut off in a record, half a chunk in a
  /// file that was made longer before.
  static let unfinished: [(String, @Sendable (inout [UInt8]) -> Void)] = [
    (
      "wal/00000008",
      { bytes in
        let end = (bytes.lastIndex { $0 != 0 } ?? 0) + 1
        bytes.cut(to: end - 11)
      }
    ),
    (
      "chunks_head/000003",
      { bytes in
        let end = (bytes.lastIndex { $0 != 0 } ?? 0) + 1
        bytes.fill(end - 9..<bytes.count)
      }
    ),
  ]

  @Test(arguments: [0, 1]) func `what is being written is no damage`(place: Int) throws {
    let (file, spoil) = Self.unfinished[place]
    try running({ data in try damage(data + "/" + file, spoil) }) { data in
      let diagnosis = try CommandRunner.run(["diagnose", data])
      #expect(diagnosis.status == 0, "\(diagnosis.stdout)")
      let check = try CommandRunner.run(["check", data])
      #expect(check.status == 0, "\(check.stdout)")
      #expect(check.stdout.contains("[lock.writing]"), "\(check.stdout)")
    }
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/" + file, spoil)
    #expect(try CommandRunner.run(["diagnose", copy.data]).status == 1)
    #expect(try CommandRunner.run(["check", copy.data]).status == 1)
  }

  @Test func `damage elsewhere is damage all the same`() throws {
    try running({ data in try damage(data + "/wal/00000006") { $0.flip(at: 40_000, bit: 3) } }) {
      data in
      for command in ["diagnose", "check"] {
        let status = try CommandRunner.run([command, data]).status
        #expect(status == 1, "\(command)")
      }
    }
  }

  /// A copy of which this process has `file` open as `flags` say, and no lock.
  private func withOpen(
    _ file: String, _ flags: Int32, _ body: (String) throws -> Void
  ) throws {
    let copy = try Fixture("damaged-base/main").copy()
    let descriptor = open(copy.data + "/" + file, flags | O_CLOEXEC)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    try body(copy.data)
  }

  @Test(arguments: [("wal/00000008", O_WRONLY | O_APPEND), ("queries.active", O_RDWR)])
  func `a server without a lock is seen by what it writes to, and nothing is changed under it`(
    file: String, flags: Int32
  ) throws {
    try withOpen(file, flags) { data in
      let before = try TreeState(data)
      for command in [
        ["surgery", "flush-head", data, "--in-place", "--yes"], ["undo", data],
      ] {
        let result = try CommandRunner.run(command)
        #expect(result.status == 2, "\(command): \(result.stdout)")
        #expect(
          result.stderr.contains("process \(getpid()) (")
            && result.stderr.contains("has files of it open for writing, without holding the lock"),
          "\(command): \(result.stderr)")
      }
      #expect(before.changes(to: try TreeState(data)) == [])
      let preflight = try CommandRunner.run(["preflight", data])
      #expect(preflight.status == 3)
      #expect(
        preflight.stdout.hasPrefix("Another server has the directory.\n  process \(getpid()) ("),
        "\(preflight.stdout)")
      #expect(
        try CommandRunner.run(["diagnose", data]).stdout.hasPrefix("A server is running on it."))
      let check = try CommandRunner.run(["check", data])
      #expect(
        check.stdout.contains(
          "A server is running on it. After a restart:\nPrometheus will start.\n"))
      #expect(check.stdout.contains("[lock.held]"), "\(check.stdout)")
      #expect(try CommandRunner.run(["ls", data]).stdout.contains("lock: none, and process"))
    }
  }

  @Test func `who only reads keeps nobody away`() throws {
    try withOpen("wal/00000008", O_RDONLY) { data in
      #expect(try CommandRunner.run(["preflight", data]).status == 0)
      let result = try CommandRunner.run([
        "surgery", "flush-head", data, "--in-place", "--yes",
      ])
      #expect(result.status == 0, "\(result.stderr)")
    }
  }

  @Test func `a repair in place is refused under a server without a lock`() throws {
    try withOpen("wal/00000008", O_WRONLY | O_APPEND) { data in
      try damage(data + "/wal/00000006") { $0.flip(at: 40_000, bit: 3) }
      let before = try TreeState(data)
      let result = try CommandRunner.run(["repair", data, "--in-place", "--yes"])
      #expect(result.status == 2, "\(result.stdout)")
      #expect(result.stderr.contains("without holding the lock"), "\(result.stderr)")
      #expect(before.changes(to: try TreeState(data)) == [])
    }
  }
}
