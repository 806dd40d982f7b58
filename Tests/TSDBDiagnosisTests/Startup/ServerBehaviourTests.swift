import TestSupport
import Testing

@testable import TSDBDiagnosis

/// The table of releases in `Docs/startup.md` says what the rows of `ServerBehaviour` say.
@Suite struct ServerBehaviourTests {
  private typealias Fact = (words: String, of: @Sendable (ServerBehaviour) -> String)

  private static let facts: [Fact] = [
    (
      "a block that does not open",
      { $0.namesCorruptedBlocks ? "`reloadBlocks: corrupted block ULID: X`" : "`X`" }
    ),
    (
      "several blocks that do not open",
      { $0.countsErrors ? "`2 errors: X; Y`" : "two lines" }
    ),
    (
      "a block exactly as old as the retention",
      { $0.keepsBlocksAtRetention ? "stays" : "deleted" }
    ),
    ("zstd records", { reads($0.readsZstd) }),
    ("histograms with custom buckets (types 9, 10)", { reads($0.readsCustomBuckets) }),
    ("records of types 11 to 13", { reads($0.readsStartTimes) }),
    ("a snapshot that is ahead of the WAL", { $0.deletesSnapshotAhead ? "deleted" : "loaded" }),
    ("a damaged WBL", { $0.repairsLateLog ? "repaired" : "the WAL is repaired instead" }),
    ("the log of queries", { "\($0.queryLog >> 10) KiB" }),
  ]

  private static func reads(_ isRead: Bool) -> String { isRead ? "read" : "passed over" }

  @Test func `the page about starts has the facts of every release`() throws {
    var lines = [
      "| what | " + ServerBehaviour.allCases.map(\.description).joined(separator: " | ") + " |",
      "|---|" + ServerBehaviour.allCases.map { _ in "---|" }.joined(),
    ]
    for fact in Self.facts {
      let cells = ServerBehaviour.allCases.map(fact.of)
      lines.append("| \(fact.words) | " + cells.joined(separator: " | ") + " |")
    }
    let page = try readText(Fixture.repository + "/Docs/startup.md")
    #expect(page.contains(lines.joined(separator: "\n") + "\n"), "\(lines.joined(separator: "\n"))")
  }
}
