import TestSupport
import Testing

/// No command crashes, hangs, or changes a bit of what it looks at, whatever that is.
@Suite struct ReadOnlyTests {
  static let whole = ["sound", "damaged-base", "states"].flatMap(Fixture.all)
  static let changed = [
    "agent-checkpoint-bitflip", "index-crcok-chunk-ref", "snapshot-bitflip",
    "wal-bad-decode-series",
    "wal-bad-snappy", "wal-crcok-empty-labels-series", "wal-crcok-samples-truncated",
    "wal-unknown-payload-type", "wbl-torn-tail",
  ]

  @Test func `there are directories to look at`() {
    #expect(Self.whole.count >= 12)
  }

  @Test(arguments: whole) func `a real directory stays as it is`(fixture: Fixture) throws {
    try CommandLines.survive(fixture.data)
  }

  @Test(arguments: changed) func `a directory with a spoilt file stays as it is`(
    name: String
  ) throws {
    let copy = try Fixture.damaged(name)
    try CommandLines.survive(copy.data)
  }

  @Test(arguments: DamageRecipe.all)
  func `a damaged copy stays as it is`(recipe: DamageRecipe) throws {
    let copy = try Fixture("damaged-base/main").copy()
    try recipe.spoil(copy.data)
    try CommandLines.survive(copy.data, CommandLines.plain)
  }

  @Test(arguments: ["wal", "wal/checkpoint.00000002", "01M7XPVH3PN49ESJ7YTJHY4RM5"])
  func `a part of a directory stays as it is`(part: String) throws {
    try CommandLines.survive(Fixture("damaged-base/main").data + "/" + part)
  }

  @Test func `a directory that nobody may write into is read`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try setPermissions(copy.data, 0o555)
    defer { try? setPermissions(copy.data, 0o755) }
    try CommandLines.survive(copy.data)
    #expect(try CommandRunner.run(["ls", copy.data]).status == 0)
  }
}

/// The same over the full set of directories, where that was unpacked.
@Suite(.enabled(if: Fixture.fullSet != nil, "EPIMETHEUS_FIXTURES does not name the full set"))
struct FullSetTests {
  static let whole = ["sound", "damaged", "damaged-base", "states"].flatMap(
    Fixture.allOfFullSet)

  @Test(arguments: whole) func `a real directory stays as it is`(fixture: Fixture) throws {
    try CommandLines.survive(fixture.data)
  }

  @Test(arguments: Fixture.allOfFullSet("damaged"))
  func `ls says of the real damage what it says of the recipe`(fixture: Fixture) throws {
    let name = fixture.name.split(separator: "/").last ?? ""
    guard let recipe = DamageRecipe.all.first(where: { $0.name == name }) else { return }
    let result = try CommandRunner.run(["ls", fixture.data])
    #expect(result.status == recipe.listStatus, "\(result.stdout)")
  }

  @Test(arguments: Fixture.allOfFullSet("sound"))
  func `promtool's list is printed line by line`(fixture: Fixture) throws {
    try expectPromtoolList(fixture)
  }
}

/// Compares `ls --format promtool` with what every promtool printed.
func expectPromtoolList(_ fixture: Fixture) throws {
  let truths = fixture.truthNames.filter { $0.hasPrefix("promtool-") && $0.hasSuffix("list.txt") }
  let result = try CommandRunner.run(["ls", fixture.data, "--format", "promtool"])
  #expect(result.status == 0)
  #expect(result.stderr == "")
  for name in truths {
    #expect(result.stdout == String(decoding: try fixture.truth(name), as: UTF8.self))
  }
  #expect(!truths.isEmpty || fixture.name.contains("agent"))
}
