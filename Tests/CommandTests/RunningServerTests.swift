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
        check.stdout.contains("A server is running on it. After a restart: Sound"),
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
}
