import ArgumentParser
import Testing

@testable import EpimetheusCLI
@testable import TSDBReport

@Suite struct OptionsTests {
  @Test func `a format that the command does not write is a usage error`() {
    #expect(throws: (any Error).self) {
      try OutputOptions<ReportFormat>.parse(["--format", "promtool"])
    }
    #expect(throws: Never.self) {
      try #expect(OutputOptions<PeerFormat>.parse(["--format", "promtool"]).format == .promtool)
    }
  }

  @Test func `colours follow the choice`() throws {
    #expect(try OutputOptions<ReportFormat>.parse(["--color", "always"]).colors(.bad, "x") != "x")
    #expect(try OutputOptions<ReportFormat>.parse(["--color", "never"]).colors(.bad, "x") == "x")
  }

  @Test(arguments: ["0", "-1", "x"]) func `no jobs at all are refused`(jobs: String) {
    #expect(throws: (any Error).self) { try JobsOption.parse(["--jobs", jobs]) }
  }

  @Test func `several selectors are kept in order`() throws {
    let options = try MatcherOptions.parse(["--match", "up", "--match", #"{job=~"a|b"}"#])
    #expect(options.selectors.map(\.text) == ["up", #"{job=~"a|b"}"#])
  }

  @Test func `a bad selector says where it is wrong`() {
    do {
      _ = try MatcherOptions.parse(["--match", "up{job"])
      Issue.record("it was accepted")
    } catch {
      let message = MatcherOptions.message(for: error)
      #expect(message.contains("at character 7: expected one of = != =~ !~"), "\(message)")
      #expect(MatcherOptions.exitCode(for: error).rawValue == 64)
    }
  }

  @Test func `what of a directory is looked at`() throws {
    let standard = try ViewOptions.parse([])
    #expect(standard.jobs.memory.size == nil)
    #expect(standard.times.since == nil && standard.times.until == nil)
    let options = try ViewOptions.parse([
      "--match", "up", "--since", "2h", "--until", "1000", "--max-memory", "512MB",
      "--head",
    ])
    #expect(options.times.since == .back(7_200_000))
    #expect(options.times.until == .at(1000))
    #expect(options.jobs.memory.size?.bytes == 512 << 20)
    #expect(options.jobs.memory.share(upTo: 1 << 30) == 256 << 20)
    #expect(options.jobs.memory.share(upTo: 1 << 20) == 1 << 20)
    #expect(options.parts.readsHead && !options.parts.readsBlocks)
    #expect(throws: (any Error).self) {
      try ViewOptions.parse(["--head", "--blocks"])
    }
  }
}
