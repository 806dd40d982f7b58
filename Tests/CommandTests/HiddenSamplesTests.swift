import TestSupport
import Testing

/// Files that are gone from the beginning of `chunks_head`: what a server then passes over in its log, told by every
/// command, and brought back. A real 3.5.3 serves 94,599 samples of the directory here, and 105,879 behind the
/// repair.
@Suite struct HiddenSamplesTests {
  private func json(_ command: [String]) throws -> JSONTree {
    try JSONTree(try CommandRunner.run(command + ["--format", "json"], seconds: 120).stdout)
  }

  @Test func `the chunks behind a missing file hide the log, and leave`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    removeTree(copy.data + "/chunks_head/000001")
    let check = try CommandRunner.run(["check", copy.data], seconds: 120).stdout
    #expect(check.contains("[chunks-head.refs.ahead]"))
    let diagnosis = try json(["diagnose", copy.data])
    #expect(diagnosis["startup", "loss", "samples"] == "11280")
    #expect(
      diagnosis["startup", "reasons", "0"]
        == "11,280 samples of 47 series in the log are older than the first chunk of their series in chunks_head, "
        + "and passed over: the chunks that held them are gone")
    let plan = try json(["repair", copy.data])
    #expect(plan["before", "samples"] == "94599")
    #expect(plan["steps", "0", "operation"] == "trim-head-chunks")
    #expect(plan["steps", "1"] == nil)
    #expect(plan["after", "samples"] == "105879")
    #expect(plan["after", "startup", "outcome"] == "starts")
  }

  /// The place that is wrong is inside of the first chunk, and all of it leaves.
  @Test func `a chunk that claims more samples than it has leaves in one step`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/chunks_head/000001") {
      $0.put([0xff, 0xff], at: 34)
      $0.put([0xcc, 0x9a, 0xf4, 0x41], at: 82)
    }
    let plan = try json(["repair", copy.data])
    #expect(plan["steps", "0", "operation"] == "trim-head-chunks")
    #expect(plan["steps", "1"] == nil)
    #expect(plan["after", "samples"] == "105879")
    #expect(plan["after", "findings", "0"] == nil)
  }

  @Test func `late samples of a log are not before their chunks`() throws {
    for name in ["damaged-base/main", "sound/ooo-3.5", "sound/head-mixed"] {
      let check = try CommandRunner.run(["check", Fixture(name).data], seconds: 120).stdout
      #expect(!check.contains("chunks-head.refs.ahead"), "\(name)")
    }
  }
}
