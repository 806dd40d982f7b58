import ArgumentParser
import Testing

@testable import EpimetheusCLI

@Suite struct PreflightCommandTests {
  @Test func `a probe budget is a duration`() throws {
    let command = try PreflightCommand.parse(["DIR", "--probe-budget", "15m"])
    #expect(command.probeBudget == 900_000)
    #expect(throws: (any Error).self) {
      try PreflightCommand.parse(["DIR", "--probe-budget", "soon"])
    }
  }
}
