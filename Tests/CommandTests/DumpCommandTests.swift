import TestSupport
import Testing

/// `dump samples` and `dump series` as they are called.
@Suite struct DumpCommandTests {
  /// A dump that promtool wrote. It leaves out samples at times (the first histograms of a series, all
  /// that follows a change of type, what is in front of a torn record), but never makes any up.
  struct Truth: CustomTestStringConvertible, Sendable {
    let fixture: Fixture
    let name: String

    var testDescription: String { "\(fixture.name)/\(name)" }
    var format: String { name.contains("openmetrics") ? "openmetrics" : "promtool" }

    static let all = (Fixture.all("sound") + Fixture.allOfFullSet("sound")).flatMap { fixture in
      fixture.truthNames.compactMap { file -> Truth? in
        let name = file.hasSuffix(".gz") ? String(file.dropLast(3)) : file
        let isDump = name.hasSuffix("-dump.txt") || name.hasSuffix("-dump-openmetrics.txt")
        guard isDump, !name.hasPrefix("after-") else { return nil }
        return Truth(fixture: fixture, name: name)
      }
    }
  }

  /// Three blocks and a head: 83 series, 105,879 samples (NOTES.md, from three versions of
  /// Prometheus).
  private static let data = Fixture("damaged-base/main").data

  private func run(_ arguments: String...) throws -> CommandResult {
    try CommandRunner.run(["dump"] + arguments, seconds: 120)
  }

  /// The lines of a dump of `data` that finds nothing wrong.
  private func lines(_ what: String, _ options: String...) throws -> [Substring] {
    let result = try CommandRunner.run(["dump", what, Self.data] + options, seconds: 120)
    #expect(result.status == 0, "\(result.stderr)")
    #expect(result.stderr == "")
    return result.stdout.split(separator: "\n")
  }

  @Test(arguments: Truth.all) func `every line of promtool's dump is in ours`(
    truth: Truth
  ) throws {
    let result = try run("samples", truth.fixture.data, "--format", truth.format)
    let ours = Set(result.stdout.utf8.split(separator: UInt8(ascii: "\n")).map(Array.init))
    let text = try #require(try truth.fixture.truthText(truth.name))
    let theirs = text.utf8.split(separator: UInt8(ascii: "\n"))
    // Where promtool escapes what is not printable, nothing that reads OpenMetrics undoes it.
    let missing = theirs.map(Array.init).filter {
      !ours.contains($0) && !ours.contains($0.unescaped)
    }
    #expect(missing.isEmpty, "\(String(decoding: missing.first ?? [], as: UTF8.self))")
  }

  @Test(arguments: [
    ("promtool", 4160), ("openmetrics", 4161), ("csv", 4161), ("text", 4162), ("json", 2),
  ])
  func `samples have a line each, or a piece of a series has`(format: String, count: Int) throws {
    #expect(try lines("samples", "--format", format, "--match", "up").count == count)
  }

  @Test(arguments: [("promtool", 83), ("json", 83), ("csv", 84), ("text", 83)])
  func `series have a line each`(format: String, count: Int) throws {
    #expect(try lines("series", "--format", format).count == count)
  }

  @Test func `the same sample in every format`() throws {
    let options = [
      "--match", #"up{job="checkout-service"}"#, "--since", "2026-11-17T01:00:00Z",
      "--until", "1794877200000",
    ]
    func text(_ format: String) throws -> String {
      let arguments = ["dump", "samples", Self.data, "--format", format] + options
      return try CommandRunner.run(arguments).stdout
    }
    #expect(
      try text("promtool")
        == #"{__name__="up", instance="10.0.166.1:9090", job="checkout-service"} 1 1794877200000"#
        + "\n")
    #expect(
      try text("openmetrics")
        == #"up{instance="10.0.166.1:9090",job="checkout-service"} 1 1794877200.000"#
        + "\n# EOF\n")
    #expect(
      try text("text")
        == #"up{instance="10.0.166.1:9090",job="checkout-service"}"#
        + "\n  2026-11-17T01:00:00.000Z  1\n")
    #expect(
      try text("json")
        == #"{"type":"series","data":{"labels":{"__name__":"up","instance":"10.0.166.1:9090","#
        + #""job":"checkout-service"},"samples":[{"t":1794877200000,"v":1}]}}"# + "\n")
    #expect(
      try text("csv")
        == "labels,time,startTime,value\n"
        + #""{__name__=""up"", instance=""10.0.166.1:9090"", job=""checkout-service""}","#
        + "2026-11-17T01:00:00.000Z,,1\n")
  }

  @Test func `head and blocks have the samples between them`() throws {
    let head = try lines("samples", "--format", "promtool", "--head")
    let blocks = try lines("samples", "--format", "promtool", "--blocks")
    #expect(head.count == 32_640)
    #expect(blocks.count == 73_239)
    let all = try lines("samples", "--format", "promtool")
    #expect(all.count == 105_879)
    #expect(Set(head + blocks) == Set(all))
  }

  @Test func `a duration counts back from the end of what is looked at`() throws {
    let end = try lines("samples", "--match", "build_info", "--since", "30s")
    #expect(
      end.dropFirst().map { $0.prefix(26) } == [
        "  2026-11-17T08:39:15.000Z", "  2026-11-17T08:39:30.000Z", "  2026-11-17T08:39:45.000Z",
      ])
    let block = try lines(
      "samples", "--match", "build_info", "--since", "0s", "--blocks")
    #expect(block.dropFirst().map { $0.prefix(26) } == ["  2026-11-17T05:59:45.000Z"])
  }

  @Test func `several selectors are a union, and tasks change nothing`() throws {
    let union = try lines("series", "--match", "up", "--match", #"{__name__=~"scrape_.*"}"#)
    #expect(union.count == 4)
    let one = try lines("samples", "--match", "{job=\"edge\"}", "--jobs", "1")
    let four = try lines("samples", "--match", "{job=\"edge\"}", "--jobs", "4")
    #expect(one == four)
  }

  @Test func `OpenMetrics says how many histograms it leaves out`() throws {
    let data = Fixture("sound/nh-3.5").data
    let result = try run("samples", data, "--format", "openmetrics")
    #expect(result.status == 0)
    #expect(
      result.stderr
        == "epimetheus: left out 14,121 native histograms, which OpenMetrics has no words for; "
        + "--format json has them\n")
    #expect(result.stdout.hasSuffix("\n# EOF\n"))
  }

  @Test func `damage is reported, and what lies around it is dumped`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    let chunks = copy.data + "/01M7XPVHDBEN0X46Y430AHYY2Q/chunks/000001"
    try damage(chunks) { $0.flip(at: 41_017, bit: 4) }
    let result = try run("samples", copy.data, "--format", "promtool")
    #expect(result.status == 1)
    #expect(result.stderr.contains("01M7XPVHDBEN0X46Y430AHYY2Q/chunks/000001 at byte"))
    #expect(result.stderr.contains("[chunks.chunk.checksum]"))
    let lost = 105_879 - result.stdout.split(separator: "\n").count
    #expect((1...120).contains(lost))
  }

  @Test func `temporary files are kept out of the inspected directory`() throws {
    for folder in [Self.data, Self.data + "/wal/.", Self.data + "/../data/chunks_head"] {
      let result = try run("samples", Self.data, "--tmp", folder)
      #expect(result.status == 64)
      #expect(result.stderr.contains("lies in the inspected directory"))
      #expect(result.stdout == "")
    }
    let given = try CommandRunner.run(
      ["dump", "series", Self.data], environment: ["TMPDIR": Self.data])
    #expect(given.status == 64)
  }

  @Test(arguments: [
    ["--head", "--blocks"], ["--max-memory", "lots"], ["--since", "yesterday"],
    ["--format", "xml"],
  ])
  func `a wrong command line is a usage error`(options: [String]) throws {
    #expect(try CommandRunner.run(["dump", "samples", Self.data] + options).status == 64)
  }

  @Test func `a directory that is not there is one sentence`() throws {
    let result = try run("series", Self.data + "/nothing")
    #expect(result.status == 2)
    #expect(
      result.stderr
        == "epimetheus: \(Self.data)/nothing: cannot look at: No such file or directory\n")
  }
}

extension [UInt8] {
  /// The line with the characters that the fixtures have and Go escapes.
  fileprivate var unescaped: [UInt8] {
    let text = String(decoding: self, as: UTF8.self)
    return Array(text.replacing(#"\t"#, with: "\t").replacing(#"\u202e"#, with: "\u{202e}").utf8)
  }
}
