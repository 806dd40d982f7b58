import TestSupport
import Testing

/// What `diagnose` tells of starts that failed.
@Suite struct DiagnoseRestartsTests {
  @Test func `f38-oom-loop-residue: starts in a row that wrote nothing are a section`() throws {
    let state = try StateRecipe.named("f38-oom-loop-residue").make()
    let text = try CommandRunner.run(["diagnose", state.data]).stdout
    #expect(text.contains("\nRestarts, by the times of the files\n"))
    #expect(text.contains("  a start that wrote nothing to the log (wal/00000009)\n"))
    let json = try CommandRunner.run(["diagnose", state.data, "--format", "json"]).stdout
    #expect(json.matches(of: #/"kind" : "start-without-writes"/#).count == 5)
    #expect(json.matches(of: #/"kind" : "lock"/#).count == 1)
  }

  @Test func `a directory without them has no such section`() throws {
    let data = Fixture("damaged-base/main").data
    let text = try CommandRunner.run(["diagnose", data]).stdout
    #expect(!text.contains("Restarts"))
    let json = try CommandRunner.run(["diagnose", data, "--format", "json"]).stdout
    #expect(json.contains("\"restarts\" : ["))
  }
}
