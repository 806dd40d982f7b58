import TSDBFormat
import Testing

@testable import TSDBAnalysis

/// `RolloutSearch` on histories by hand; those of a real server are in `ChurnTests`.
@Suite struct RolloutsTests {
  private func rollouts(_ builder: HistoryBuilder) -> [Rollout] {
    let search = RolloutSearch(ChurnHistory(builder.history))
    return search.rollouts(search.matches())
  }

  private func pod(
    _ name: String, label: String = "pod", series: Int = 4, _ from: Double, _ to: Double,
    in builder: inout HistoryBuilder
  ) {
    for index in 0..<series {
      builder.add(
        ["__name__": "m\(index)", label: name, "job": "api"], from: from, to: to)
    }
  }

  private var base: HistoryBuilder {
    var builder = HistoryBuilder()
    builder.addBaseline(50, minutes: 240)
    return builder
  }

  @Test func `a pod that takes the place of another is a rollout`() {
    var builder = base
    pod("old", 0, 100, in: &builder)
    pod("new", 101, 240, in: &builder)
    let found = rollouts(builder)
    #expect(found.count == 1)
    #expect(found.first?.replaced == 1)
    #expect(found.first?.series == 4)
    #expect(found.first?.example.old == Array("old".utf8))
    #expect(found.map(\.start) == [101 * 60_000])
  }

  @Test func `a birth without a death is none, nor one far from it`() {
    var builder = base
    pod("stays", 0, 240, in: &builder)
    pod("new", 100, 240, in: &builder)
    #expect(rollouts(builder) == [])
    var late = base
    pod("old", 0, 60, in: &late)
    pod("new", 120, 240, in: &late)
    #expect(rollouts(late) == [])
  }

  @Test func `a pod of quite another shape is none`() {
    var builder = base
    pod("old", series: 2, 0, 100, in: &builder)
    pod("new", series: 40, 101, 240, in: &builder)
    #expect(rollouts(builder) == [])
  }

  @Test func `request ids replace one another and are no rollout`() {
    var builder = base
    pod("a", label: "request_id", 0, 100, in: &builder)
    pod("b", label: "request_id", 101, 200, in: &builder)
    #expect(rollouts(builder) == [])
  }

  @Test func `one that is gone is replaced once`() {
    var builder = base
    pod("old", 0, 100, in: &builder)
    pod("new-1", 101, 240, in: &builder)
    pod("new-2", 101, 240, in: &builder)
    #expect(rollouts(builder).map(\.replaced) == [1])
  }

  @Test func `a long pause separates two rollouts`() {
    var builder = base
    pod("a", 0, 60, in: &builder)
    pod("b", 61, 120, in: &builder)
    pod("c", 121, 240, in: &builder)
    #expect(rollouts(builder).map(\.start) == [61 * 60_000, 121 * 60_000])
  }
}
