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
    #expect(check.contains("downsampled by Thanos to 5m: its chunks are aggregates"))
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

  @Test func `an aggregate of a downsampled block is dumped, and without a name none is`() throws {
    let block = data("downsampled-block") + "/01KA7TBM2094B4DQPN4B4BVPD5"
    let refused = try CommandRunner.run(["dump", "samples", block], seconds: 120)
    #expect(refused.status == 64)
    #expect(refused.stderr.contains("give one with --aggregate count, sum, min, max or counter."))
    for name in ["count", "sum", "min", "max", "counter"] {
      let dump = try CommandRunner.run(
        ["dump", "samples", block, "--aggregate", name, "--format", "promtool"], seconds: 120)
      #expect(dump.status == 0, "\(dump.stderr)")
      #expect(dump.stdout.split(separator: "\n").count == 96)
    }
    #expect(try ask("ls", "downsampled-block").stdout.contains("downsampled by Thanos to 5m"))
  }

  @Test func `a query fails that finds a series twice, and the block is written anew`() throws {
    let plan = try json("repair", "series-twice-in-a-block")
    #expect(plan["steps", "0", "operation"] == "rewrite-block")
    #expect(plan["steps", "1"] == nil)
    #expect(plan["before", "startup", "outcome"] == "starts-with-loss")
    #expect(plan["before", "samples"] == "0")
    #expect(plan["after", "samples"] == "500")
    #expect(plan["lost", "samples"] ?? "0" == "0")
    #expect(
      try ask("check", "series-twice-in-a-block").stdout.contains(
        "vector cannot contain metrics with the same labelset"))
  }

  /// Servers found 220 and 462 samples before. The log of the second has the label twice, too, at which no block is
  /// ever written: its series leaves, with a sample that only the head has.
  @Test(arguments: [
    ("labels-out-of-order", "220", "0"), ("doubled-label-in-block", "462", "1"),
  ])
  func `labels are sorted, and nothing is lost by it`(
    name: String, samples: String, ofHead: String
  ) throws {
    let plan = try json("repair", name)
    #expect(plan["steps", "0", "operation"] == "rewrite-block")
    #expect(plan["steps", "0", "loss", "samples"] == "0")
    #expect((plan["steps", "1", "operation"] ?? "drop-flawed-series") == "drop-flawed-series")
    #expect(plan["before", "samples"] == samples)
    #expect(plan["lostByRepair"] == ofHead)
    #expect(plan["after", "startup", "outcome"] == "starts")
    #expect(!(try ask("check", name).stdout.contains("lost:")))
  }

  /// Servers and promtool give both samples of the time at which two chunks touch.
  @Test func `chunks that touch give both samples`() throws {
    let dump = try CommandRunner.run(
      ["dump", "samples", data("chunks-that-touch"), "--format", "promtool"], seconds: 120)
    let lines = dump.stdout.split(separator: "\n")
    #expect(lines.count == 1100)
    #expect(lines.count { $0.contains("__name__=\"z\"") } == 20)
  }

  /// A server of 3.5.3 can never join the block with others, and can once one of the two values has left; one of
  /// 2.42.0 joins it as it is.
  @Test func `one of two values of a time leaves where no server could join the block`() throws {
    let plan = try json("repair", "chunks-that-touch")
    #expect(plan["before", "startup", "outcome"] == "starts-then-fails")
    #expect(plan["steps", "0", "operation"] == "rewrite-block")
    #expect(plan["steps", "1"] == nil)
    #expect(plan["lostByRepair"] == "1")
    #expect(plan["after", "startup", "outcome"] == "starts")
    let old = try CommandRunner.run(
      ["repair", data("chunks-that-touch"), "--prometheus-version", "2.42"], seconds: 120)
    #expect(old.stdout == "Nothing to repair.\n")
  }

  /// Servers serve 400 samples; with the times of the chunks in meta.json they dropped three of the log.
  @Test func `a step is not planned that leaves less than none`() throws {
    #expect(try ask("repair", "outsider-chunks").stdout == "Nothing to repair.\n")
  }

  @Test func `a step is not planned that changes nothing`() throws {
    #expect(try ask("repair", "checkpoint-repeated").stdout == "Nothing to repair.\n")
  }

  @Test func `the list of files that Thanos keeps says what is missing`() throws {
    let check = try ask("check", "thanos-files").stdout
    #expect(check.contains("[meta.files]\n      lists chunks/000003, which is not there\n"))
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
