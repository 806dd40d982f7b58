import TSDBDiagnosis
import TSDBStore
import TestSupport
import Testing

@testable import TSDBRepair

/// The files of a block that lie in the data directory itself. What is served was held against 3.5.3.
@Suite struct PlaceBlockTests {
  /// A copy of a directory with three blocks, of which this one has lost its folder.
  private func stray(_ block: String) throws -> TemporaryDirectory {
    let copy = try Fixture("damaged-base/main").copy()
    let folder = copy.data + "/" + block
    for name in try namesInFolder(folder) {
      try copyTree(from: folder + "/" + name, to: copy.data + "/" + name)
    }
    removeTree(folder)
    return copy
  }

  private func repair(_ path: String) throws -> Repair {
    var options = Repair.Options()
    options.time = "test"
    return Repair(of: try DataDirectory(path: path), options)
  }

  @Test func `a block gets its folder back, and all is served`() async throws {
    let block = "01M7XPVH3PN49ESJ7YTJHY4RM5"
    let copy = try stray(block)
    let repair = try repair(copy.data)
    let plan = try await repair.plan(comparesWays: false)
    #expect(plan.steps.map(\.operation) == [.placeBlock])
    #expect(plan.after.samples == 105_879)
    #expect(plan.before.samples < 105_879)
    let result = try await repair.applyInPlace(plan)
    #expect(result.steps == plan.steps)
    let after = try DataDirectory(path: copy.data)
    #expect(after.blocks.map(\.name).contains(block))
    #expect(after.strayBlock == nil)
    let original = Fixture("damaged-base/main").data + "/" + block
    for name in ["index", "meta.json", "tombstones", "chunks/000001"] {
      let (old, new) = (
        try readFile(original + "/" + name), try readFile(copy.data + "/\(block)/\(name)")
      )
      #expect(old == new, "\(name)")
    }
  }

  @Test func `a file of it that cannot be looked at is told`() async throws {
    let copy = try stray("01M7XPVH3PN49ESJ7YTJHY4RM5")
    try makeFolder(copy.data + "/chunks/000002")
    let plan = try await repair(copy.data).plan(comparesWays: false)
    #expect(plan.steps.isEmpty)
    #expect(plan.before.unread.map { $0.hasPrefix(copy.data + "/chunks/000002") } == [true])
  }

  @Test func `a block that would hide samples of the log is left to people`() async throws {
    let copy = try stray("01M7XPVMXP15ZJJCNDK68GN2WR")
    let meta = copy.data + "/meta.json"
    let text = try readText(meta)
    let end = text.replacing("\"maxTime\": 1794895200000", with: "\"maxTime\": 1794900000000")
    #expect(text != end)
    try writeFile(meta, Array(end.utf8))
    let plan = try await repair(copy.data).plan(comparesWays: false)
    // Without the block, what chunks_head hides of the log comes back; that is another matter.
    #expect(plan.steps.map(\.operation) == [.trimHeadChunks])
  }
}
