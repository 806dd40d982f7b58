import TestSupport
import Testing

/// `analyze --format promtool` against what promtool itself printed for the same block.
@Suite struct AnalyzeCommandTests {
  /// One file that promtool wrote: `promtool-3.5.3-analyze-extended-ULID.txt`; without a version it
  /// is 3.14's.
  struct Truth: CustomTestStringConvertible, Sendable {
    let fixture: Fixture
    let name: String
    let version: String
    let block: String

    init?(_ fixture: Fixture, _ name: String) {
      guard name.hasPrefix("promtool-"), name.contains("analyze-"), name.hasSuffix(".txt") else {
        return nil
      }
      self.fixture = fixture
      self.name = name
      let parts = name.dropLast(4).split(separator: "-")
      version = parts.count > 1 && parts[1] != "analyze" ? String(parts[1]) : "3.14"
      block = parts.last.map(String.init) ?? ""
    }

    var testDescription: String { "\(fixture.name)/\(name)" }

    func text() throws -> String {
      String(decoding: try fixture.truth(name), as: UTF8.self)
    }
  }

  static func truths(_ fixtures: [Fixture]) -> [Truth] {
    fixtures.flatMap { fixture in fixture.truthNames.compactMap { Truth(fixture, $0) } }
  }

  /// The parts of promtool's text.
  struct Parts: Equatable {
    struct Line: Hashable {
      let count: Int
      let key: String
    }

    var header: [String] = []
    var titles: [String] = []
    var tables: [[Line]] = []
    var extended: [String]?

    init(_ text: String) {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      for (index, line) in lines.enumerated() {
        if line == "Compaction analysis:" || line.hasPrefix("Fullness:") {
          extended = Array(lines[index...])
          return
        }
        let words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        if let count = Int(words[0]), words.count == 2, !tables.isEmpty {
          tables[tables.count - 1].append(Line(count: count, key: String(words[1])))
        } else if line.hasSuffix(":"), !line.isEmpty {
          titles.append(line)
          tables.append([])
        } else if tables.isEmpty, !line.isEmpty {
          header.append(line)
        } else if !line.isEmpty {
          // A key with a line feed in it goes on here.
          tables[tables.count - 1].append(Line(count: -1, key: line))
        }
      }
    }
  }

  private func compare(_ truth: Truth) throws {
    let text = try truth.text()
    let theirs = Parts(text)
    var arguments = ["analyze", truth.fixture.data, truth.block, "--format", "promtool"]
    if theirs.extended != nil { arguments.append("--extended") }
    let result = try CommandRunner.run(arguments)
    #expect(result.ending == .exit(0), "\(result.stderr)")
    #expect(result.stderr == "")
    let ours = Parts(result.stdout)
    // 2.42 calls the first figure just "Series".
    #expect(ours.header == theirs.header.map { $0.hasPrefix("Series: ") ? "Total \($0)" : $0 })
    #expect(ours.titles == theirs.titles)
    for (title, tables) in zip(ours.titles, zip(ours.tables, theirs.tables)) {
      // 2.53 counts 0 series for every metric, a bug that 3.0 no longer has.
      if truth.version.hasPrefix("2.53"), title.contains("metric names") { continue }
      expectSame(tables.0, tables.1, title)
    }
    // 2.42 drew the fullness of chunks another way.
    if !truth.version.hasPrefix("2.42") { #expect(ours.extended == theirs.extended) }
  }

  /// promtool takes whatever comes first among equals: what is above the last count must be there.
  private func expectSame(_ ours: [Parts.Line], _ theirs: [Parts.Line], _ title: String) {
    let (mine, other) = (ours.filter { $0.count >= 0 }, theirs.filter { $0.count >= 0 })
    #expect(mine.map(\.count) == other.map(\.count), "\(title)")
    let last = mine.last?.count ?? 0
    #expect(
      Set(mine.filter { $0.count > last }) == Set(other.filter { $0.count > last }), "\(title)")
  }

  @Test(arguments: truths(Fixture.all("sound")))
  func `a block has the numbers promtool found`(truth: Truth) throws { try compare(truth) }

  @Test(
    .enabled(if: Fixture.fullSet != nil, "EPIMETHEUS_FIXTURES is not set"),
    arguments: truths(Fixture.allOfFullSet("sound")))
  func `every block of the full set has the numbers promtool found`(truth: Truth) throws {
    try compare(truth)
  }

  /// `upstream/index_format_v1` is test data of the Prometheus repository, which is not ours to hold.
  @Test(.enabled(if: exists((Fixture.fullSet ?? "") + "/upstream/index_format_v1/index")))
  func `an index of version 1 has the numbers promtool found`() throws {
    let folder = (Fixture.fullSet ?? "") + "/upstream"
    let result = try CommandRunner.run([
      "analyze", folder + "/index_format_v1", "--format", "promtool",
    ])
    #expect(result.ending == .exit(0), "\(result.stderr)")
    let ours = Parts(result.stdout)
    let theirs = Parts(try readText(folder + "/truth/index_format_v1-analyze.txt"))
    #expect(ours.header == theirs.header)
    // The truth was cut to its first lines.
    for (mine, other) in zip(ours.tables, theirs.tables) {
      #expect(mine.map(\.count).starts(with: other.map(\.count)))
    }
  }

  @Test func `the newest block is the one made last`() throws {
    let data = Fixture("sound/explosion-blocks").data
    let result = try CommandRunner.run(["analyze", data, "--format", "promtool"])
    #expect(result.stdout.hasPrefix("Block ID: 01M7XRWM78XESH7CEC6XY9N4QD\n"))
  }

  @Test func `selectors narrow the tables and are named`() throws {
    let result = try CommandRunner.run([
      "analyze", ExampleBlock.path, "--format", "promtool", "--match", #"{job="edge"}"#,
    ])
    #expect(result.ending == .exit(0))
    #expect(
      Parts(result.stdout).header == [
        "Block ID: 01M7XTQMHTGHQMARVJHRZG7F6E", "Duration: 2h0m0s", "Total Series: 14",
        #"Matcher: {job="edge"}"#, "Label names: 3", "Matched series: 6",
        "Postings (unique label pairs): 8", "Postings entries (total label pairs): 18",
      ])
  }

  @Test(arguments: ["text", "json"]) func `other formats hold the same numbers`(
    format: String
  ) throws {
    let result = try CommandRunner.run([
      "analyze", ExampleBlock.path, "--format", format, "--extended",
    ])
    #expect(result.ending == .exit(0), "\(result.stderr)")
    #expect(result.stdout.contains("01M7XTQMHTGHQMARVJHRZG7F6E"))
    #expect(result.stdout.contains("flapper"))
    if format == "json" {
      #expect(result.stdout.contains(#""schemaVersion" : 2"#))
      #expect(result.stdout.contains(#""uniqueLabelPairs" : 12"#))
      #expect(result.stdout.contains(#""findings" : ["#))
    } else {
      #expect(result.stdout.contains("14 series, 3 label names, 12 label pairs"))
    }
  }

  @Test func `a damaged block is counted as far as it can be`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    let block = "01M7XPVHDBEN0X46Y430AHYY2Q"
    try damage(copy.data + "/" + block + "/index") { $0.flip(at: 2853, bit: 2) }
    let before = try TreeState(copy.data)
    let result = try CommandRunner.run(["analyze", copy.data, block, "--format", "promtool"])
    #expect(result.ending == .exit(1))
    #expect(result.stderr.contains("\(block)/index at byte 2862"))
    #expect(result.stderr.contains("[index.series.checksum]"))
    #expect(result.stdout.contains("Highest cardinality metric names:"))
    #expect(before.changes(to: try TreeState(copy.data)) == [])
  }

  @Test(arguments: Fixture.allOfFullSet("damaged") + Fixture.allOfFullSet("states"))
  func `every damaged directory is read to the end`(fixture: Fixture) throws {
    let names = try namesInFolder(fixture.data).filter { $0.utf8.count == 26 }
    let result = try CommandRunner.run(
      ["analyze", fixture.data, "--extended"] + names.flatMap { ["--block", $0] })
    #expect([0, 1, 2].contains(result.status), "\(result.stderr)")
  }

  @Test func `the quick way says what it leaves out`() throws {
    let data = Fixture("sound/explosion-blocks").data
    let text = try CommandRunner.run(["analyze", "--quick", data])
    #expect(text.ending == .exit(0), "\(text.stderr)")
    #expect(text.stderr == "")
    // Of all blocks, one after the other.
    #expect(text.stdout.split(separator: "\n").count { $0.hasPrefix("block 01M7XRW") } == 3)
    #expect(
      text.stdout.contains("  289 series, 15 label names, 77 label pairs, 1,515 labels in all\n"))
    #expect(text.stdout.contains("churn, targets and deleted series are left out"))
    #expect(!text.stdout.contains("Targets by series"))
    let json = try CommandRunner.run(["analyze", "--quick", data, "--format", "json"])
    #expect(!json.stdout.contains(#""targets" :"#))
    #expect(json.stdout.contains(#""leftOut" : ["#))
    let csv = try CommandRunner.run(["analyze", "--quick", data, "--format", "csv"])
    #expect(csv.stderr.contains("are left out"))
    for words in [["--head"], ["--match", "up"], ["--bytes"], ["--format", "promtool"]] {
      let refused = try CommandRunner.run(["analyze", "--quick", data] + words)
      #expect(refused.ending == .exit(64), "\(words)")
      #expect(refused.stdout == "")
    }
  }

  @Test func `the quick way does not look at series`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    let block = "01M7XPVHDBEN0X46Y430AHYY2Q"
    let sound = try CommandRunner.run(["analyze", "--quick", copy.data, block])
    try damage(copy.data + "/" + block + "/index") { $0.flip(at: 2853, bit: 2) }
    let spoilt = try CommandRunner.run(["analyze", "--quick", copy.data, block])
    #expect(spoilt.stdout == sound.stdout && spoilt.stderr == sound.stderr)
    #expect(spoilt.stdout.contains("neither series nor chunks were checked"))
  }

  @Test func `bytes are told by metric, label and target, and promtool's text stays as it is`()
    throws
  {
    let data = Fixture("sound/explosion-blocks").data
    let plain = try CommandRunner.run(["analyze", data, "01M7XRWM78XESH7CEC6XY9N4QD"])
    #expect(!plain.stdout.contains("of their chunks"))
    let text = try CommandRunner.run(["analyze", "--bytes", data])
    #expect(
      text.stdout.contains(
        "Metrics by bytes of their chunks\n      size\n   241 KiB  http_request_"))
    #expect(text.stdout.contains("Targets by bytes of their chunks"))
    let extended = try CommandRunner.run(["analyze", "--extended", data])
    #expect(
      extended.stdout.contains("241 KiB   80,640      11.2/s  http_request_duration_seconds_bucket")
    )
    let promtool = try CommandRunner.run(["analyze", "--bytes", data, "--format", "promtool"])
    #expect(promtool.ending == .exit(64))
  }

  @Test func `what cannot be analyzed is one sentence`() throws {
    let data = Fixture("sound/explosion-blocks").data
    let unknown = try CommandRunner.run(["analyze", data, "nothing"])
    #expect(unknown.ending == .exit(2))
    #expect(unknown.stderr == "epimetheus: there is no block nothing in \(data)\n")
    let missing = try CommandRunner.run(["analyze", data + "/missing"])
    #expect(missing.ending == .exit(2))
    #expect(missing.stderr.split(separator: "\n").count == 1)
    let selector = try CommandRunner.run(["analyze", data, "--match", "{job="])
    #expect(selector.ending == .exit(64))
    #expect(selector.stdout == "")
  }
}
