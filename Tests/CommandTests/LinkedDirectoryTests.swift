import TestSupport
import Testing

/// Commands on a directory whose log lies on another volume, which a link leads to.
@Suite struct LinkedDirectoryTests {
  private func directory() throws -> TemporaryDirectory {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/wal/00000005") { $0.flip(at: 14903, bit: 3) }
    try makeFolder(copy.path + "/other")
    try move(copy.data + "/wal", to: copy.path + "/other/wal")
    try link(copy.data + "/wal", to: "../other/wal")
    return copy
  }

  private func run(_ arguments: [String]) throws -> CommandResult {
    try CommandRunner.run(arguments, seconds: 300)
  }

  static let plans = [
    ["repair"], ["repair", "--strategy", "cut"], ["repair", "--strategy", "discard-head"],
    ["surgery", "skip-damage"], ["surgery", "discard-head"], ["surgery", "cut-wal", "--at", "5"],
    ["surgery", "drop-series", "--match", "up"],
  ]

  @Test(arguments: plans)
  func `a plan changes nothing behind the link`(words: [String]) throws {
    let copy = try directory()
    let before = try [TreeState(copy.data), TreeState(copy.path + "/other")]
    let count = words[0] == "surgery" ? 2 : 1
    let result = try run(
      words.prefix(count) + [copy.data, "--tmp", copy.path] + words.dropFirst(count))
    #expect(result.stdout.hasPrefix("Plan\n"), "\(result.stderr)")
    #expect(before[0].changes(to: try TreeState(copy.data)) == [])
    #expect(before[1].changes(to: try TreeState(copy.path + "/other")) == [])
    #expect(try namesInFolder(copy.path) == ["data", "other"])
  }

  @Test func `evidence changes nothing behind the link`() throws {
    let copy = try directory()
    let before = try [TreeState(copy.data), TreeState(copy.path + "/other")]
    let result = try run([
      "evidence", copy.data, "--tmp", copy.path, "--output", copy.path + "/evidence",
    ])
    #expect(result.status == 1, "\(result.stderr)")
    #expect(before[0].changes(to: try TreeState(copy.data)) == [])
    #expect(before[1].changes(to: try TreeState(copy.path + "/other")) == [])
  }

  @Test func `a repaired copy has the log itself, and all samples`() throws {
    let copy = try directory()
    let new = copy.path + "/new"
    let result = try run(["repair", copy.data, "--output", new, "--format", "json"])
    #expect(result.status == 0, "\(result.stderr)")
    #expect(result.stdout.contains("\"samples\" : 105879"))
    #expect(try namesInFolder(new + "/wal").count == 7)
    removeTree(copy.path + "/other")
    #expect(try run(["check", new]).status == 0)
  }

  @Test func `a repair in place is refused in one sentence`() throws {
    let copy = try directory()
    let before = try [TreeState(copy.data), TreeState(copy.path + "/other")]
    let result = try run(["repair", copy.data, "--in-place", "--yes"])
    #expect(result.status == 2)
    #expect(result.stderr.contains("/wal: is a link to "))
    #expect(result.stderr.hasSuffix("--output NEW repairs a copy, with what is there in it\n"))
    #expect(before[0].changes(to: try TreeState(copy.data)) == [])
    #expect(before[1].changes(to: try TreeState(copy.path + "/other")) == [])
  }

  @Test func `nothing is written into a folder that the directory keeps elsewhere`() throws {
    let copy = try directory()
    let before = try TreeState(copy.path)
    for (arguments, status) in [
      (["repair", copy.data, "--output", copy.path + "/other/wal/new"], 2),
      (["repair", copy.data, "--tmp", copy.path + "/other/wal"], 64),
      (["evidence", copy.data, "--tmp", copy.path + "/other/wal", "--output", "x"], 64),
      (["surgery", "discard-head", copy.data, "--tmp", copy.data + "/chunks_head"], 64),
    ] as [([String], Int32)] {
      #expect(try run(arguments).status == status, "\(arguments)")
    }
    #expect(before.changes(to: try TreeState(copy.path)) == [])
  }

  @Test func `a name that is no UTF-8 stops neither a repair in place nor its undo`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/wal/00000005") { $0.flip(at: 14903, bit: 3) }
    let name: [UInt8] = [0x6e, 0xff, 0x80]
    for folder in [copy.data, copy.data + "/wal", copy.data + "/chunks_head"] {
      try writeFile(in: folder, name: name, [1, 2, 3])
    }
    #expect(try run(["repair", copy.data]).status == 1)
    #expect(try run(["surgery", "discard-head", copy.data]).stderr == "")
    let result = try run(["repair", copy.data, "--in-place", "--yes"])
    #expect(result.status == 0, "\(result.stderr)")
    let undone = try run(["undo", copy.data])
    #expect(undone.status == 0, "\(undone.stdout)\(undone.stderr)")
    #expect(try run(["repair", copy.data, "--output", copy.path + "/new"]).status == 0)
    for root in [copy.data, copy.path + "/new"] {
      for folder in [root, root + "/wal", root + "/chunks_head"] {
        removeFile(in: folder, name: name)
      }
    }
    // Nothing of that name is left: it was there, under its own bytes.
    #expect(try !namesInFolder(copy.data + "/wal").contains { $0.hasPrefix("n") })
    #expect(try !namesInFolder(copy.path + "/new/wal").contains { $0.hasPrefix("n") })
  }

  @Test(arguments: ["INT", "TERM", "HUP"])
  func `a signal while a repair is tried leaves nothing behind`(signal: String) throws {
    let folder = try TemporaryDirectory()
    let script = """
      "$0" repair '\(Fixture("sound/explosion-small").data)' --tmp '\(folder.path)' & process=$!
      while ! ls -d '\(folder.path)'/epimetheus-* >/dev/null 2>&1; do
        kill -0 $process 2>/dev/null || { echo over; exit; }
      done
      kill -\(signal) $process
      wait $process
      echo $?
      """
    let result = try CommandRunner.run(
      "/bin/sh", ["-c", script, CommandRunner.executable], seconds: 300)
    #expect(result.stdout == "130\n")
    #expect(result.stderr.contains("epimetheus: interrupted; nothing was left behind"))
    #expect(try namesInFolder(folder.path) == [])
  }
}
