import TSDBStore
import TestSupport
import Testing

@testable import TSDBRepair

/// Directories of which a repair leaves nothing but what is no server's.
@Suite struct StrangersTests {
  /// A log that ends in the middle of a record.
  private func damaged() throws -> LogDirectory {
    let log = try LogDirectory([
      [LogDirectory.series(1, "up"), LogDirectory.samples(1, [1_796_083_200_000])],
      [LogDirectory.samples(1, [1_796_083_215_000])],
    ])
    try damage(log.data + "/wal/00000000") { $0.flip(at: 12, bit: 3) }
    return log
  }

  private func plan(
    _ path: String, _ strategy: RepairStrategy, comparesWays: Bool = false,
    _ operations: FileOperations = FileOperations(syncs: false)
  ) async throws -> Repair.Result {
    var options = Repair.Options()
    options.strategy = strategy
    return try await Repair(of: try DataDirectory(path: path), options)
      .plan(comparesWays: comparesWays, operations)
  }

  @Test(
    arguments: [
      "README.txt", "lost+found/", "notes/", "01M7XPVHDBEN0X46Y430AHYY2Q.tmp-for-deletion/",
    ])
  func `what is left is no data, and the plan stands`(name: String) async throws {
    let log = try damaged()
    if name.hasSuffix("/") {
      try makeFolder(log.data + "/" + name.dropLast())
    } else {
      try writeFile(log.data + "/" + name, Array("hello".utf8))
    }
    let result = try await plan(log.data, .discardHead)
    #expect(result.steps.flatMap(\.files) == ["wal"])
    #expect(result.after.samples == 0)
    #expect(result.after.startup.first.outcome == .starts)
  }

  @Test func `another way that cannot be tried is left out, and the plan stands`() async throws {
    let log = try damaged()
    let known = try await plan(log.data, .skip, comparesWays: true)
    #expect(known.alternatives.map(\.strategy) == [.cut, .discardHead])
    let operations = FileOperations(
      syncs: false,
      announce: { kind, path throws(FileError) in
        guard kind == .rename, path.hasSuffix("/wal") else { return }
        throw .system(path: path, operation: "rename", errno: 28)
      })
    let result = try await plan(log.data, .skip, comparesWays: true, operations)
    #expect(result.steps == known.steps)
    #expect(result.alternatives.map(\.strategy) == [.cut])
  }
}
