import Testing

@testable import EpimetheusCLI

@Suite struct ProgramTests {
  @Test func `the version is one line of two words`() {
    #expect(Epimetheus.configuration.version == "epimetheus \(Release.version)")
    let numbers = Release.version.split(separator: ".").compactMap { Int($0) }
    #expect(numbers.count == 3)
  }

  @Test func `an unknown command is a usage error`() async {
    #expect(await Program.run(["no-such-command"]) == .usage)
  }

  @Test func `an unknown option is a usage error`() async {
    #expect(await Program.run(["--no-such-option"]) == .usage)
  }
}
