import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBAnalysis

@Suite struct HeadChunkViewTests {
  private func view(_ name: String, excluded: [Selector] = []) async throws -> HeadChunkView {
    try await HeadChunkView(
      DataDirectory(path: Fixture(name).data), excluded: excluded, options: .init())
  }

  @Test func `stretches begin at multiples and hold what was sampled`() async throws {
    let view = try await view("sound/explosion-small")
    let width: Int64 = 2 * 60 * 60 * 1000
    let windows = try view.windows(of: width)
    #expect(!windows.isEmpty)
    for window in windows {
      #expect(window.minTime.floored(to: width) == window.maxTime.floored(to: width))
    }
    #expect(view.seriesCount == 61_451)
  }

  @Test func `excluded series are not there`() async throws {
    let view = try await view(
      "sound/explosion-small", excluded: [try Selector(#"{request_id!=""}"#)])
    var sequence = try view.chunks(in: TimeRange(minTime: .min, maxTime: .max))
    var names: Set<[UInt8]> = []
    var count = 0
    while let series = try sequence.next() {
      names.formUnion(series.labels.map(\.name))
      count += 1
    }
    #expect(count == view.seriesCount)
    #expect(!names.contains(Array("request_id".utf8)))
    #expect(sequence.problems == [])
  }

  @Test(arguments: [(7, 2, 6), (-7, 2, -8), (0, 5, 0), (-1, 7_200_000, -7_200_000)])
  func `a multiple at or below a number is found`(number: Int64, width: Int64, floor: Int64) {
    #expect(number.floored(to: width) == floor)
  }

  @Test func `the smallest number has itself below it`() {
    #expect(Int64.min.floored(to: 7) == .min)
  }
}
