import TSDBFormat
import TSDBStore
import Testing

@testable import TSDBAnalysis

@Suite struct SampleMergeTests {
  private func run(
    _ times: [Int64], _ value: UInt64, precedence: Int = 0, deleted: [TimeRange] = []
  ) -> SampleRun {
    var batch = SampleBatch()
    var range = TimeRange()
    for time in times {
      batch.append(time: time, bits: value)
      range.include(time)
    }
    return SampleRun(
      content: .samples(batch), range: range, precedence: precedence,
      tombstones: DeletedTimes(deleted))
  }

  /// `time:value` of all samples, in the order handed over.
  private func merged(
    _ runs: [SampleRun], _ range: TimeRange = TimeRange(minTime: .min, maxTime: .max),
    asQueried: Bool = false
  ) -> [String] {
    var merge = SampleMerge(range: range, asQueried: asQueried)
    var result: [String] = []
    merge.merge(runs) { batch in
      for index in batch.times.indices {
        result.append("\(batch.times[index]):\(batch.values[index])")
      }
    }
    #expect(merge.problems == [])
    return result
  }

  private let block = HeadSeries.precedences

  @Test func `chunks of a block that touch give both samples of that time`() {
    let runs = [run([1, 2], 1, precedence: block), run([2, 3], 2, precedence: block)]
    #expect(merged(runs, asQueried: true) == ["1:1", "2:1", "2:2", "3:2"])
    #expect(merged(runs) == ["1:1", "2:1", "3:2"])
  }

  @Test func `chunks of a block come as the index has them, and twice if they are there twice`() {
    let runs = [
      run([5, 6], 2, precedence: block), run([1, 2], 1, precedence: block),
      run([1, 2], 1, precedence: block),
    ]
    #expect(merged(runs, asQueried: true) == ["5:2", "6:2", "1:1", "2:1", "1:1", "2:1"])
  }

  @Test func `of neighbours of one time from two blocks the first counts`() {
    let runs = [
      run([1, 2], 1, precedence: block), run([2, 3], 2, precedence: block),
      run([2, 9], 3, precedence: block + 1),
    ]
    #expect(merged(runs, asQueried: true) == ["1:1", "2:1", "3:2", "9:3"])
  }

  @Test func `runs follow one another in time, however they are given`() {
    #expect(merged([run([7, 8], 2), run([1, 2], 1)]) == ["1:1", "2:1", "7:2", "8:2"])
  }

  @Test func `of two samples of one time the one that goes first counts`() {
    let runs = [run([1, 3, 5], 9, precedence: 1), run([2, 3, 4, 5, 6], 1)]
    #expect(merged(runs) == ["1:9", "2:1", "3:1", "4:1", "5:1", "6:1"])
  }

  @Test func `three that overlap in a chain are one`() {
    let runs = [run([1, 4], 1), run([3, 8], 2, precedence: 1), run([7, 9], 3, precedence: 2)]
    #expect(merged(runs) == ["1:1", "3:2", "4:1", "7:3", "8:2", "9:3"])
  }

  @Test func `what was deleted hides nothing of other runs`() {
    let gone = TimeRange(minTime: 2, maxTime: 4)
    let runs = [run([1, 2, 3, 4, 5], 1, deleted: [gone]), run([3], 2, precedence: 1)]
    #expect(merged(runs) == ["1:1", "3:2", "5:1"])
  }

  @Test func `times that go back are put in order, and the first of equal ones counts`() {
    var batch = SampleBatch()
    for (time, value) in [(5, 1), (2, 2), (5, 3), (4, 4)] as [(Int64, UInt64)] {
      batch.append(time: time, bits: value)
    }
    let run = SampleRun(
      content: .samples(batch), range: TimeRange(minTime: 2, maxTime: 5), precedence: 0,
      tombstones: DeletedTimes())
    #expect(merged([run]) == ["2:2", "4:4", "5:1"])
  }

  @Test func `a run that goes on behind its range does not repeat a time of the next one`() {
    var batch = SampleBatch()
    for time in Int64(1)...4 { batch.append(time: time, bits: 1) }
    let long = SampleRun(
      content: .samples(batch), range: TimeRange(minTime: 1, maxTime: 3), precedence: 0,
      tombstones: DeletedTimes())
    #expect(merged([long, run([4, 5], 2)]) == ["1:1", "2:1", "3:1", "4:1", "5:2"])
    // Neither where the first was handed over already.
    var many = SampleBatch()
    for time in Int64(0)...5000 { many.append(time: time, bits: 1) }
    let first = SampleRun(
      content: .samples(many), range: TimeRange(minTime: 0, maxTime: 4999), precedence: 0,
      tombstones: DeletedTimes())
    #expect(merged([first, run([5000, 5001], 2)]).suffix(2) == ["5000:1", "5001:2"])
  }

  @Test func `only what is in the range is handed over`() {
    let range = TimeRange(minTime: 2, maxTime: 3)
    #expect(merged([run([1, 2, 3, 4], 1), run([9], 2)], range) == ["2:1", "3:1"])
  }

  @Test func `many samples come in pieces`() {
    let runs = (0..<100).map { number in
      run((0..<120).map { Int64(number * 120 + $0) }, UInt64(number))
    }
    var merge = SampleMerge(range: TimeRange(minTime: .min, maxTime: .max))
    var sizes: [Int] = []
    merge.merge(runs) { sizes.append($0.count) }
    #expect(sizes.reduce(0, +) == 12_000)
    #expect(sizes.allSatisfy { $0 < 4096 + 120 })
  }

  @Test func `of many runs that overlap the same samples count as of few`() {
    // Thirty runs over the same times, in which each later one has a time of its own: the first that
    // has a time gives its value.
    let runs = (0..<30).map { number in
      run([5, 6, Int64(10 + number)], UInt64(number + 1), precedence: number)
    }
    #expect(merged(runs) == ["5:1", "6:1"] + (0..<30).map { "\(10 + $0):\($0 + 1)" })
    #expect(
      merged(runs.reversed()) == merged(runs), "the precedence decides, not the order of the runs")
  }
}
