import Glibc
import TestSupport
import Testing

@Suite struct ListCommandTests {
  @Test(arguments: Fixture.all("sound") + Fixture.all("damaged-base"))
  func `promtool's list is printed line by line`(fixture: Fixture) throws {
    try expectPromtoolList(fixture)
  }

  @Test(arguments: DamageRecipe.all)
  func `damage that shows at a glance is found and its file is named`(
    recipe: DamageRecipe
  ) throws {
    let copy = try Fixture("damaged-base/main").copy()
    try recipe.spoil(copy.data)
    let text = try CommandRunner.run(["ls", copy.data])
    #expect(text.status == recipe.listStatus, "\(text.stdout)")
    #expect(text.stderr == "")
    if recipe.listStatus != 0 {
      #expect(text.stdout.contains("damage  " + recipe.file), "\(text.stdout)")
    }
    let table = try CommandRunner.run(["ls", copy.data, "--format", "promtool"])
    #expect(table.status == recipe.promtoolStatus)
    #expect(table.stderr.contains(recipe.file) == (recipe.promtoolStatus != 0))
  }

  @Test func `the blocks beside a broken one are listed`() throws {
    let fixture = Fixture("damaged-base/main")
    let copy = try fixture.copy()
    try writeFile(copy.data + "/01M7XPVHDBEN0X46Y430AHYY2Q/index", [])
    let result = try CommandRunner.run(["ls", copy.data, "--format", "promtool"])
    let whole = String(decoding: try fixture.truth("promtool-3.5.3-list.txt"), as: UTF8.self)
    let expected = whole.split(separator: "\n").filter { !$0.hasPrefix("01M7XPVHDB") }
    #expect(result.stdout.split(separator: "\n") == expected)
    #expect(
      result.stderr
        == "epimetheus: \(copy.data)/01M7XPVHDBEN0X46Y430AHYY2Q/index: index.header at byte 0: "
        + "expected 4 bytes, found 0\n")
  }

  @Test func `the text says what is there`() throws {
    let result = try CommandRunner.run(["ls", Fixture("sound/ooo-3.5").data])
    #expect(result.status == 0)
    for part in [
      "a data directory", "01M7XPM8K3G3FDN26E457Z6ZYX", "Write-ahead log  2 segments",
      "Out-of-order log (WBL)  1 segment", "Head chunks  2",
    ] { #expect(result.stdout.contains(part), "\(part)\n\(result.stdout)") }
    #expect(!result.stdout.contains("Findings"))
  }

  @Test func `a held lock is said and is no finding`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try writeFile(copy.data + "/lock", [])
    let descriptor = open(copy.data + "/lock", O_RDWR | O_CLOEXEC)
    defer { close(descriptor) }
    #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    let result = try CommandRunner.run(["ls", copy.data])
    #expect(result.status == 0)
    #expect(result.stdout.contains("held by a running server"))
  }

  @Test func `JSON is one object with its version`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    removeTree(copy.data + "/wal/00000005")
    let result = try CommandRunner.run(["ls", copy.data, "--format", "json"])
    #expect(result.status == 1)
    for part in [
      #""schemaVersion" : 2"#, #""kind" : "server""#, #""name" : "01M7XPVH3PN49ESJ7YTJHY4RM5""#,
      #""series" : 55"#, #""minTime" : "2026-11-17T00:00:00.000Z""#, #""lock" : "absent""#,
      #""rule" : "wal.segments.gap""#, #""file" : "wal/00000006""#,
    ] { #expect(result.stdout.contains(part), "\(part)") }
  }

  @Test func `extras of Thanos are shown`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    let block = copy.data + "/01M7XPVH3PN49ESJ7YTJHY4RM5"
    try damage(block + "/meta.json") { bytes in
      let end = bytes.lastIndex(of: UInt8(ascii: "}")) ?? 0
      bytes.replaceSubrange(end..., with: Array(#","thanos":{"labels":{"a":"b"}}}"#.utf8))
    }
    let text = try CommandRunner.run(["ls", block])
    #expect(text.stdout.contains("extras: thanos"))
    let json = try CommandRunner.run(["ls", block, "--format", "json"])
    #expect(json.stdout.contains(#""thanos" : "{\"labels\":{\"a\":\"b\"}}""#))
  }

  @Test(arguments: [
    (["ls", "/nonexistent"], Int32(2), "No such file or directory"),
    (["ls", "/proc"], 2, "not a Prometheus data directory"),
    (["ls", "/proc/self/status"], 2, "not a directory"),
    (["ls"], 64, "Missing expected argument"),
    (["ls", "/proc", "--format", "xml"], 64, "xml"),
  ])
  func `what cannot be listed is one clear sentence`(
    arguments: [String], status: Int32, words: String
  ) throws {
    let result = try CommandRunner.run(arguments)
    #expect(result.status == status)
    #expect(result.stdout == "")
    #expect(result.stderr.contains(words), "\(result.stderr)")
  }
}
