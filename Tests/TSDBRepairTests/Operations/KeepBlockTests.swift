import TSDBCheck
import TSDBStore
import TestSupport
import Testing

@testable import TSDBRepair

/// Blocks that a server was making or deleting when it stopped.
@Suite struct KeepBlockTests {
  private static let first = "01M7XPVH3PN49ESJ7YTJHY4RM5"
  private static let second = "01M7XPVHDBEN0X46Y430AHYY2Q"
  private static let third = "01M7XPVMXP15ZJJCNDK68GN2WR"

  private func plan(_ path: String) async throws -> Repair.Result {
    try await Repair(of: try DataDirectory(path: path), Repair.Options()).plan(comparesWays: false)
  }

  private func replace(_ old: String, with new: String, in path: String) throws {
    let text = try readText(path)
    try #require(text.contains(old))
    try writeFile(path, Array(text.replacing(old, with: new).utf8))
  }

  @Test(arguments: ["tmp-for-deletion", "tmp-for-creation"])
  func `a whole block that nothing else holds gets its name back`(suffix: String) async throws {
    let copy = try Fixture("damaged-base/main").copy()
    try move(copy.data + "/" + Self.second, to: copy.data + "/\(Self.second).\(suffix)")
    let result = try await plan(copy.data)
    #expect(result.steps.map(\.operation) == [.keepBlock])
    #expect(result.steps.map(\.files) == [["\(Self.second).\(suffix)"]])
    #expect(result.before.startup.first.outcome == .startsWithLoss)
    #expect(result.before.startup.first.reasons.count == 1)
    #expect(result.after.startup.first.outcome == .starts)
    #expect(result.after.samples == 105_879)
    #expect(!result.losesData)
  }

  @Test func `one that another block was made of is not kept`() async throws {
    let copy = try Fixture("damaged-base/main").copy()
    try replace(
      "\"level\": 1",
      with: """
        "parents": [{"ulid": "\(Self.first)", "minTime": 0, "maxTime": 1}], "level": 2
        """, in: copy.data + "/\(Self.third)/meta.json")
    try move(copy.data + "/" + Self.first, to: copy.data + "/\(Self.first).tmp-for-deletion")
    #expect(try await plan(copy.data).steps.isEmpty)
  }

  @Test func `one of the same sources as others is not kept`() async throws {
    let copy = try Fixture("damaged-base/main").copy()
    let name = "01M7XPVMXP15ZJJCNDK68GN2WS.tmp-for-creation"
    try copyTree(from: copy.data + "/" + Self.third, to: copy.data + "/" + name)
    try replace(
      "\"ulid\": \"\(Self.third)\"", with: "\"ulid\": \"01M7XPVMXP15ZJJCNDK68GN2WS\"",
      in: copy.data + "/\(name)/meta.json")
    #expect(try await plan(copy.data).steps.isEmpty)
  }

  @Test func `one whose place is taken is not kept`() async throws {
    let copy = try Fixture("damaged-base/main").copy()
    let name = Self.second
    try move(copy.data + "/" + name, to: copy.data + "/\(name).tmp-for-deletion")
    try writeFile(copy.data + "/" + name, [1])
    let result = try await plan(copy.data)
    #expect(!result.steps.contains { $0.operation == .keepBlock })
  }

  @Test(arguments: ["meta.json", "chunks/000001", "tombstones"])
  func `one that cannot be looked at is told, and left alone`(part: String) async throws {
    let copy = try Fixture("damaged-base/main").copy()
    let folder = copy.data + "/\(Self.second).tmp-for-deletion"
    try move(copy.data + "/" + Self.second, to: folder)
    removeTree(folder + "/" + part)
    try makeFolder(folder + "/" + part)
    let result = try await plan(copy.data)
    #expect(result.steps.isEmpty)
    #expect(result.before.unread.count == 1)
    #expect(result.before.unread.first?.hasPrefix(folder + "/" + part) == true)
  }

  @Test func `one that is damaged is not kept`() async throws {
    let copy = try Fixture("damaged-base/main").copy()
    let name = Self.second + ".tmp-for-creation"
    try move(copy.data + "/" + Self.second, to: copy.data + "/" + name)
    try damage(copy.data + "/\(name)/chunks/000001") { $0.flip(at: 41_017, bit: 4) }
    #expect(try await plan(copy.data).steps.isEmpty)
  }

  /// A start would delete it anyway, for its age.
  @Test func `one that the retention deletes is not kept`() async throws {
    let copy = try Fixture("damaged-base/main").copy()
    try move(copy.data + "/" + Self.first, to: copy.data + "/\(Self.first).tmp-for-deletion")
    var options = Repair.Options()
    options.startup.flags = ["storage.tsdb.retention.time=3h"]
    let repair = Repair(of: try DataDirectory(path: copy.data), options)
    #expect(try await repair.plan(comparesWays: false).steps.isEmpty)
  }
}
