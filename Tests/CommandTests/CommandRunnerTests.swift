import TestSupport
import Testing

@Suite struct CommandRunnerTests {
  @Test func `the built executable is found and runs`() throws {
    #expect(CommandRunner.executable.hasSuffix("/epimetheus"))
    #expect(try CommandRunner.run(["--help"]).status == 0)
  }
}
