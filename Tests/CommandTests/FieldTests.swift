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
    let diagnosis = try ask("diagnose", "clock-forty-days-ahead")
    for result in [check, diagnosis] {
      #expect(result.status == 1)
      #expect(result.stdout.contains("Prometheus will start, and lose data."))
      #expect(result.stdout.contains("1,560 samples"))
      #expect(result.stdout.contains("4 blocks are older than the retention"))
    }
  }

  @Test func `a block forty days ahead of the log leaves, and the others stay`() throws {
    let plan = try json("repair", "clock-forty-days-ahead")
    #expect(plan["steps", "0", "operation"] == "quarantine-block")
    #expect(plan["steps", "1"] == nil)
    #expect(plan["before", "samples"] == "360")
    #expect(plan["after", "samples"] == "1560")
  }

  @Test func `samples of the future are found, foretold and cut out`() throws {
    let check = try ask("check", "head-of-the-future").stdout
    #expect(
      check.contains(
        "[head.future]\n      1 sample of the future, of 1 series, such as {__name__=agent_metric, host=cmos}: from 2098-01-01T00:33:59.932Z"
      ))
    let start = try json("preflight", "head-of-the-future")
    #expect(start["startup", "outcome"] == "starts-then-fails")
    #expect(start["startup", "later", "0", "of"] == "scrape")
    #expect(try ask("preflight", "head-of-the-future").status == 1)
    let plan = try json("repair", "head-of-the-future")
    #expect(plan["steps", "0", "operation"] == "drop-samples")
    #expect(plan["after", "startup", "outcome"] == "starts")
    #expect(plan["after", "samples"] == "480")
  }

  @Test func `labels, histograms and times that no server writes are findings`() throws {
    for (name, rule) in [
      ("doubled-label-in-head", "record.series.label-duplicate"),
      ("histogram-of-2^32-buckets", "record.histogram.too-many-buckets"),
      ("samples-of-1970", "head.gap"),
    ] {
      #expect(try ask("check", name).stdout.contains("[\(rule)]"), "\(name)")
    }
    let start = try json("preflight", "histogram-of-2^32-buckets")
    #expect(start["startup", "outcome"] == "out-of-memory")
    #expect(start["startup", "message"] == "fatal error: runtime: out of memory")
  }

  @Test func `the evidence of a start that loses says so with its status, too`() throws {
    let folder = try TemporaryDirectory()
    let bundle = folder.path + "/bundle"
    let result = try CommandRunner.run(
      ["evidence", data("clock-forty-days-ahead"), "--output", bundle], seconds: 120)
    #expect(result.status == 1, "\(result.stderr)")
    let report = try readText(bundle + "/report.md")
    #expect(report.contains("quarantine-block"))
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
}
