import TestSupport
import Testing

/// Directories after public bug reports, each of which stands for its kind; what real servers did with them was
/// watched on 2.42.0, 2.53.3 and 3.5.3.
@Suite struct FieldTests {
  private func data(_ name: String) -> String { Fixture("field/\(name)").data }

  private func ask(_ command: String, _ name: String) throws -> CommandResult {
    try CommandRunner.run([command, data(name)], seconds: 120)
  }

  private func json(_ command: String, _ name: String) throws -> JSONTree {
    try JSONTree(
      try CommandRunner.run([command, data(name), "--format", "json"], seconds: 120).stdout)
  }

  @Test func `a downsampled block is named, and leaves, after which all is served`() throws {
    let check = try ask("check", "downsampled-block").stdout
    #expect(check.hasPrefix("Loses data (1)\n  01KA7TBM2094B4DQPN4B4BVPD5  [block.downsampled]\n"))
    #expect(check.contains("downsampled by Thanos to a sample in 300 s"))
    let plan = try json("repair", "downsampled-block")
    #expect(plan["steps", "0", "operation"] == "quarantine-block")
    #expect(plan["steps", "1"] == nil)
    #expect(plan["after", "startup", "outcome"] == "starts")
    #expect(plan["after", "samples"] == plan["readableSamples"])
    #expect(!(try ask("diagnose", "downsampled-block").stdout.contains("No damage met.")))
  }

  @Test func `a block two years ahead leaves, and the others stay`() throws {
    let plan = try json("repair", "clock-two-years-ahead")
    #expect(plan["steps", "0", "operation"] == "quarantine-block")
    #expect(plan["steps", "1"] == nil)
    #expect(plan["before", "samples"] == "360")
    #expect(plan["after", "samples"] == "1560")
    #expect(plan["after", "startup", "outcome"] == "starts")
  }

  @Test func `a block forty days ahead is sound to no command`() throws {
    let check = try ask("check", "clock-forty-days-ahead")
    let repair = try ask("repair", "clock-forty-days-ahead")
    let diagnosis = try ask("diagnose", "clock-forty-days-ahead")
    for result in [check, repair, diagnosis] {
      #expect(result.status == 1)
      #expect(result.stdout.contains("Prometheus will start, and lose data."))
      #expect(result.stdout.contains("1,560 samples"))
      #expect(result.stdout.contains("4 blocks are older than the retention"))
    }
  }

  @Test func `the evidence of a start that loses says so with its status, too`() throws {
    let folder = try TemporaryDirectory()
    let bundle = folder.path + "/bundle"
    let result = try CommandRunner.run(
      ["evidence", data("clock-forty-days-ahead"), "--output", bundle], seconds: 120)
    #expect(result.status == 1, "\(result.stderr)")
    let report = try readText(bundle + "/report.md")
    #expect(report.contains("No step mends what is wrong here."))
    #expect(!report.contains("Nothing needs a repair."))
  }

  @Test func `a pointer in the place of a file is called that`() throws {
    let words = "it is a Git LFS pointer to a file of 521 bytes, which `git lfs pull` brings"
    for command in ["check", "diagnose"] {
      #expect(try ask(command, "lfs-pointer").stdout.contains(words), "\(command)")
    }
  }

  @Test func `a block whose meta json Go cannot read is passed over`() throws {
    let diagnosis = try json("diagnose", "meta-float")
    #expect(diagnosis["startup", "outcome"] == "starts-with-loss")
    #expect(
      diagnosis["startup", "warnings", "0"]?.hasPrefix(
        "Failed to read meta.json for a block during reloadBlocks. Skipping") == true)
    #expect(try ask("check", "meta-float").stdout.contains("a whole number from "))
  }

  @Test func `what a checkpoint repeats is no loss`() throws {
    let check = try ask("check", "checkpoint-repeated").stdout
    #expect(!check.contains("lost:"))
    #expect(check.contains("Prometheus will start.\n"))
    #expect(try json("diagnose", "checkpoint-repeated")["startup", "loss", "samples"] == "0")
  }

  @Test func `a missing segment of chunks is told with the queries that fail`() throws {
    let diagnosis = try ask("diagnose", "thanos-files").stdout
    #expect(diagnosis.contains("queries over all time fail for up"))
    #expect(
      diagnosis.contains("1 finding\n  damage  01KA7TBM2094B4DQPN4B4BVPD5/chunks\n"))
  }

  @Test func `the log of 2.0 is read, and migrated for those that do not know it`() throws {
    let plan = try json("repair", "log-of-2.0")
    #expect(plan["before", "startup", "outcome"] == "refuses")
    #expect(plan["steps", "0", "operation"] == "migrate-wal")
    #expect(plan["steps", "1"] == nil)
    #expect(plan["after", "samples"] == "200")
    #expect(plan["readableSamples"] == "200")
    let old = try CommandRunner.run(
      ["check", data("log-of-2.0"), "--prometheus-version", "2.42"], seconds: 120)
    #expect(old.status == 0)
    #expect(old.stdout.contains("Everything that can be read here will be served."))
    #expect(try ask("ls", "log-of-2.0").stdout.contains("000001"))
    let shown = try CommandRunner.run(["show", data("log-of-2.0"), "wal/000001:8"])
    #expect(shown.stdout.contains("series  up{instance=\"i0\",job=\"a\"}"))
  }

  @Test func `a block of 2.1 is read as the servers do that mend it`() throws {
    let diagnosis = try json("diagnose", "block-of-2.1")
    #expect(diagnosis["startup", "outcome"] == "starts")
    #expect(diagnosis["startup", "loss", "samples"] == "0")
    let check = try ask("check", "block-of-2.1")
    #expect(check.status == 0)
    #expect(check.stdout.contains("[meta.version-2]"))
    #expect(try ask("repair", "block-of-2.1").stdout.contains("Nothing to repair."))
    let samples = try ask("analyze", "block-of-2.1")
    #expect(samples.status == 0)
  }

  @Test func `the log of Loki is called that, and left alone`() throws {
    let check = try ask("check", "loki-log").stdout
    #expect(check.contains("wal  [wal.foreign]"))
    #expect(check.contains("(fake), as those of Loki's ingester do"))
    let plan = try json("repair", "loki-log")
    #expect(plan["steps", "0"] == nil)
    #expect(!(try ask("diagnose", "loki-log").stdout.contains("epimetheus repair")))
    let skip = try CommandRunner.run(["surgery", "skip-damage", data("loki-log")])
    #expect(skip.status != 0)
    #expect(skip.stderr.contains("no record in it is one of Prometheus"))
  }
}
