import TestSupport
import Testing

@Suite struct ExplainCommandTests {
  @Test func `a rule that a stem covers has its page`() throws {
    let result = try CommandRunner.run(["explain", "chunks-head.header.magic"])
    #expect(result.status == 0)
    #expect(
      result.stdout == """
        chunks-head.header.magic
          one of chunks-head.header.*

          The header of a file of chunks_head is wrong.
          magic: the magic number at the start of the file is another.

          Start: the server does not start.
          Prometheus: Does not start, and never heals it.
          What to do: Move the file and all later ones away (`surgery trim-head-chunks`): the log still has the samples that came in order.
          States: F41

        """)
  }

  @Test func `without a rule all are listed`() throws {
    let result = try CommandRunner.run(["explain"])
    #expect(result.status == 0)
    #expect(
      result.stdout.hasPrefix("file.unreadable\n    A file or folder could not be looked at.\n"))
  }

  @Test func `a rule that does not exist is an error of the command line`() throws {
    #expect(try CommandRunner.run(["explain", "nonsense"]).status == 64)
  }

  @Test func `the documentation is what the command writes`() throws {
    let result = try CommandRunner.run(["explain", "--all", "--format", "markdown"])
    #expect(try readText(Fixture.repository + "/Docs/findings.md") == result.stdout)
  }
}
