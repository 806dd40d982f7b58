import TSDBDiagnosis
import TSDBStore
import TestSupport
import Testing

@testable import TSDBReport

/// What a diagnosis shows on a terminal.
@Suite struct DiagnosisTextTests {
  private func text(_ fixture: String, columns: Int = 80) async throws -> DiagnosisText {
    let directory = try DataDirectory(path: Fixture(fixture).data)
    return DiagnosisText(
      await Diagnosis.make(of: directory, jobs: 2), color: .none, columns: columns)
  }

  /// Lines of a terminal of 80 columns.
  private func lines(_ text: String) -> Int {
    text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().reduce(0) {
      $0 + max(1, ($1.count + 79) / 80)
    }
  }

  @Test func `one screen says whether it starts, what grew, and what to do first`() async throws {
    let diagnosis = try await text("sound/explosion-small")
    let screen = diagnosis.text(rows: 24)
    #expect(lines(screen) < 24)
    #expect(screen.hasPrefix("Prometheus will start"))
    #expect(screen.contains("\nWhat grew: 59,192 series more than usual\n"))
    #expect(screen.contains("\nNext\n  # "))
    #expect(screen.contains("epimetheus surgery drop-series "))
    #expect(screen.hasSuffix("the same with --verbose\n"))
  }

  @Test func `a terminal that holds all of it gets all of it, and one of no height the first step`()
    async throws
  {
    let diagnosis = try await text("sound/rollouts")
    #expect(diagnosis.text(rows: 1000) == diagnosis.text)
    let least = try await text("sound/rollouts", columns: 1).text(rows: 1)
    #expect(least.contains("  prometheus --storage.tsdb.path="))
    #expect(!least.contains("epimetheus ls"))
  }

  @Test func `a directory that starts is to be started first, and one that does not is repaired`()
    async throws
  {
    let sound = try await Diagnosis.make(
      of: DataDirectory(path: Fixture("sound/explosion-blocks").data), jobs: 2)
    #expect(
      sound.actions.first?.command == [
        "prometheus", "--storage.tsdb.path=" + Fixture("sound/explosion-blocks").data,
      ])
    let agent = try await Diagnosis.make(
      of: DataDirectory(path: Fixture("sound/agent-3.5").data), jobs: 2)
    #expect(agent.actions.first?.command.dropLast() == ["prometheus", "--agent"])
    let copy = try Fixture("damaged-base/main").copy()
    removeTree(copy.data + "/wal/00000004")
    let broken = try await Diagnosis.make(of: DataDirectory(path: copy.data), jobs: 2)
    #expect(broken.startup.first.outcome == .refuses)
    #expect(broken.actions.first?.command.prefix(2) == ["epimetheus", "repair"])
  }
}
