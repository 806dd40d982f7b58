import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBCheck

/// What is wrong between blocks.
@Suite struct BlockSetCheckTests {
  let copy: TemporaryDirectory
  static let third = "01M7XPVMXP15ZJJCNDK68GN2WR"

  init() throws {
    copy = try Fixture("damaged-base/main").copy()
  }

  func findings(_ level: CheckLevel = .standard) throws -> [Finding] {
    BlockSetCheck.run(try DataDirectory(path: copy.data), level: level).findings
  }

  func changeMeta(_ block: String, _ text: String, _ other: String) throws {
    try damage(copy.data + "/" + block + "/meta.json") { bytes in
      bytes = Array(String(decoding: bytes, as: UTF8.self).replacing(text, with: other).utf8)
    }
  }

  /// Makes the third block the child of the second.
  func adopt() throws {
    let parent = "{\"ulid\": \"\(DamagedBlock.second)\", \"minTime\": 1, \"maxTime\": 2}"
    try changeMeta(Self.third, "\"level\": 1", "\"level\": 2, \"parents\": [\(parent)]")
  }

  @Test func `a copy of a block covers its time and has its name`() throws {
    let second = copy.data + "/" + DamagedBlock.second
    try copyTree(from: second, to: copy.data + "/01M7XPVHDBEN0X46Y430AHZZZZ")
    #expect(try findings().map(\.rule.id) == ["block.duplicate", "block.overlap"])
    #expect(try findings().map(\.severity) == [.warning, .info])
  }

  @Test func `a sound child whose parents are there is worth knowing`() throws {
    try adopt()
    #expect(try findings().map(\.rule.id) == ["block.parents"])
    #expect(try findings().map(\.severity) == [.info])
    #expect(try findings(.quick).map(\.severity) == [.warning])
  }

  @Test func `a damaged child whose parents are there costs them`() throws {
    try adopt()
    try damage(copy.data + "/" + Self.third + "/chunks/000001") { $0.flip(at: 100) }
    let findings = try findings()
    #expect(findings.map(\.rule.id) == ["block.damaged-child"])
    #expect(findings.first?.severity == .loss)
    #expect(findings.first?.found?.text == DamagedBlock.second)
  }

  @Test func `what is known of a child is not found out again`() throws {
    try adopt()
    var known = CheckResult()
    known.findings = [
      Finding(rule: Rule(.chunk, .checksum), severity: .loss, path: "", message: "")
    ]
    let directory = try DataDirectory(path: copy.data)
    let path = copy.data + "/" + Self.third
    let result = BlockSetCheck.run(directory, level: .standard, checked: [path: known])
    #expect(result.findings.map(\.rule.id) == ["block.damaged-child"])
  }

  @Test func `a block that reaches into the future costs the log`() throws {
    try changeMeta(Self.third, "\"maxTime\": 1794895200000", "\"maxTime\": 4070908800000")
    let findings = try findings(.quick)
    #expect(findings.map(\.rule.id) == ["block.future"])
    #expect(findings.first?.severity == .loss)
    #expect(findings.first?.path == copy.data + "/" + Self.third + "/meta.json")
  }

  @Test func `a block that a wrong clock made is far ahead of all others`() throws {
    let name = ULID(high: 4_070_912_400_000 << 16, low: 1).description
    try changeMeta(Self.third, Self.third, name)
    try changeMeta(Self.third, "\"maxTime\": 1794895200000", "\"maxTime\": 4070908800000")
    try move(copy.data + "/" + Self.third, to: copy.data + "/" + name)
    // By the clock it is of the future, though it was made then, as its name says.
    let found = try findings(.quick)
    #expect(found.map(\.rule.id) == ["block.future"])
    #expect(found.first?.severity == .loss)
    let directory = try DataDirectory(path: copy.data)
    let later = BlockSetCheck.run(directory, level: .quick, now: 4_070_912_400_000).findings
    #expect(later.map(\.rule.id) == ["block.far-ahead"])
    #expect(later.first?.severity == .warning)
  }

  @Test func `what the default retention deletes is worth knowing`() throws {
    // 15 days before the end of the newest, to the millisecond.
    try changeMeta(DamagedBlock.first, "\"maxTime\": 1794880800000", "\"maxTime\": 1793599200000")
    #expect(try findings(.quick).map(\.rule.id) == ["block.expired"])
    #expect(try findings(.quick).map(\.severity) == [.info])
    try changeMeta(DamagedBlock.first, "\"maxTime\": 1793599200000", "\"maxTime\": 1793599200001")
    #expect(try findings(.quick) == [])
  }

  @Test func `a block that makes all others old has them below it`() throws {
    try changeMeta(Self.third, "\"maxTime\": 1794895200000", "\"maxTime\": 4070908800000")
    let below = try findings(.quick).first?.consequences.map(\.rule.id)
    #expect(below == ["block.expired", "block.expired"])
  }

  @Test func `what an interrupted server left is worth knowing`() throws {
    try makeFolder(copy.data + "/" + Self.third + ".tmp-for-creation")
    #expect(try findings().map(\.rule.id) == ["block.leftover"])
    #expect(try findings().map(\.severity) == [.info])
  }

  static let damages: [String: [String]] = [
    "blocks-overlapping": ["block.overlap"], "block-tmp-for-creation": ["block.leftover"],
    "block-tmp-for-deletion": ["block.leftover"],
    "f18-damaged-child-parents-on-disk": ["block.damaged-child"],
    "f19-retention-deletes-at-start": ["block.expired", "block.expired"],
    "f31-future-block": ["block.future"], "f31-future-meta-maxtime": ["block.future"],
  ]

  @Test(arguments: Fixture.allOfFullSet("damaged") + Fixture.allOfFullSet("states"))
  func `the sets of blocks of the full set are what they are`(fixture: Fixture) throws {
    guard let directory = try? DataDirectory(path: fixture.data) else { return }
    let name = String(fixture.name.split(separator: "/").last ?? "")
    let rules = BlockSetCheck.run(directory, level: .standard).findings.map(\.rule.id)
    #expect(rules == Self.damages[name] ?? [])
  }
}
