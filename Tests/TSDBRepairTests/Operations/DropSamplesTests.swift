import TSDBAnalysis
import TSDBCheck
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBRepair

@Suite struct DropSamplesTests {
  static let fixtures =
    (Fixture.all("sound") + Fixture.all("damaged-base"))
    .filter { !$0.name.contains("agent") && !$0.name.contains("explosion") }

  private func drop(_ path: String, _ cut: SampleCut) async throws -> Repair.Result {
    try await operate(on: path) { context throws(FileError) in
      try DropSamples.step(context, cut).map { [$0] } ?? []
    }
  }

  /// Of the head all is served up to the time, and nothing behind it, sample by sample.
  @Test(arguments: fixtures)
  func `samples after a time leave, and nothing else`(fixture: Fixture) async throws {
    let copy = try fixture.copy()
    var options = SampleView.Options()
    options.readsBlocks = false
    let before = try await servedTimes(fixture.data, options)
    guard let first = before.keys.min(), let last = before.keys.max() else { return }
    let middle = first + (last - first) / 2
    _ = try await drop(copy.data, SampleCut(after: middle))
    let after = try await servedTimes(copy.data, options)
    #expect(after == before.filter { $0.key <= middle })
  }

  @Test func `a head of the future goes on where the others end`() async throws {
    let copy = try Fixture("field/head-of-the-future").copy()
    var options = Repair.Options()
    options.startup.now = 1_796_083_200_000
    let repair = Repair(of: try DataDirectory(path: copy.data), options)
    let plan = try await repair.plan()
    #expect(plan.steps.map(\.operation) == [.dropSamples])
    #expect(plan.steps[0].loss.samples == 1)
    #expect(plan.before.startup.first.outcome == .startsThenFails)
    #expect(plan.after.startup.first.outcome == .starts)
    #expect(plan.after.samples == 480)
    #expect(plan.after.findings == [])
  }

  @Test func `a histogram of four thousand million buckets leaves alone`() async throws {
    let copy = try Fixture("field/histogram-of-2^32-buckets").copy()
    let plan = try await Repair(of: try DataDirectory(path: copy.data), Repair.Options()).plan()
    #expect(plan.steps.map(\.operation) == [.dropHistograms])
    #expect(plan.before.startup.first.outcome == .outOfMemory)
    #expect(plan.after.startup.first.outcome == .starts)
    #expect(plan.after.samples == 241)
  }
}
