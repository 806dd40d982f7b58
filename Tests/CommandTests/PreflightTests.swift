import TestSupport
import Testing

/// `preflight` as an init container calls it.
@Suite struct PreflightTests {
  private func status(_ directory: String, _ options: String...) throws -> Int32? {
    try CommandRunner.run(["preflight", directory] + options, seconds: 120).status
  }

  @Test func `a sound directory is safe`() throws {
    let result = try CommandRunner.run(["preflight", Fixture("damaged-base/main").data])
    #expect(result.status == 0)
    #expect(result.stdout.hasPrefix("Prometheus will start.\n"))
  }

  @Test func `a start that repairs the log loses data`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/wal/00000005") { $0.flip(at: 14_903, bit: 3) }
    #expect(try status(copy.data) == 1)
  }

  @Test func `a block that cannot be opened is refused`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try writeFile(copy.data + "/01M7XPVHDBEN0X46Y430AHYY2Q/index", [])
    let result = try CommandRunner.run(["preflight", copy.data, "--format", "json"])
    #expect(result.status == 3)
    let message =
      "opening storage failed: reloadBlocks: corrupted block 01M7XPVHDBEN0X46Y430AHYY2Q: "
      + "mmap, size 0: invalid argument"
    #expect(result.stdout.contains("\"message\" : \"\(message)\""))
    #expect(result.stdout.contains("\"status\" : 3"))
  }

  @Test func `a head that needs more memory than there is does not fit`() throws {
    let data = Fixture("sound/explosion-small").data
    #expect(try status(data, "--memory-limit", "64MiB") == 4)
    #expect(try status(data, "--memory-limit", "1GiB") == 0)
  }

  @Test func `a probe that does not wait long enough is told`() throws {
    let data = Fixture("sound/explosion-small").data
    #expect(try status(data, "--probe-budget", "600ms", "--memory-limit", "1GiB") == 4)
  }

  @Test func `the configuration file says how long blocks are kept`() throws {
    let folder = try TemporaryDirectory()
    let file = folder.path + "/prometheus.yml"
    try writeFile(file, Array("storage: {tsdb: {retention: {time: 1h}}}\n".utf8))
    let data = Fixture("sound/explosion-blocks").data
    #expect(try status(data) == 0)
    #expect(try status(data, "--config", file) == 1)
    // A 3.5 does not know the key, and does not start with it.
    #expect(try status(data, "--config", file, "--prometheus-version", "3.5") == 2)
  }

  @Test func `a configuration file that cannot be read is said in one sentence`() throws {
    let folder = try TemporaryDirectory()
    let file = folder.path + "/prometheus.yml"
    try writeFile(file, Array("storage:\n  tsdb: {retention: {time: 1x}}\n".utf8))
    let data = Fixture("sound/explosion-blocks").data
    let result = try CommandRunner.run(["preflight", data, "--config", file])
    #expect(result.status == 2)
    #expect(
      result.stderr
        == "epimetheus: \(file):2:28: storage.tsdb.retention.time: "
        + "expected a duration such as 30s, 2h or 15d, found \"1x\"\n")
  }

  @Test func `a directory that is not there could not be looked at`() throws {
    #expect(try status("/nonexistent") == 2)
  }
}
