import TSDBAnalysis
import TSDBDiagnosis
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@Suite struct ReplayMemoryTests {
  private static let head = HeadLoad(series: 1000, labels: 8000, labelBytes: 150_000, pairs: 900)

  private func load(_ change: (inout ReplayLoad) -> Void = { _ in }) -> ReplayLoad {
    var load = ReplayLoad(release: .v3_5, head: Self.head)
    load.samples = 50_000
    change(&load)
    return load
  }

  @Test(arguments: ServerBehaviour.allCases)
  func `an empty server fits into 160 MiB`(release: ServerBehaviour) {
    let memory = ReplayMemory(ReplayLoad(release: release, head: HeadLoad()))
    #expect(memory.estimatedBytes > 30 << 20)
    #expect(memory.sufficientBytes >= memory.estimatedBytes)
    #expect(memory.sufficientBytes < 160 << 20)
    #expect(memory.explosionBytes == 0)
  }

  @Test(
    arguments: [
      \ReplayLoad.head.series, \.head.labels, \.head.labelBytes, \.head.pairs, \.samples,
      \.decodedSamples, \.largestRecord, \.histogramBytes, \.outOfOrderSamples, \.headChunkBytes,
    ] as [WritableKeyPath<ReplayLoad, Int> & Sendable])
  func `each part of a head adds to it`(part: WritableKeyPath<ReplayLoad, Int> & Sendable) {
    let more = load { $0[keyPath: part] += 100_000 }
    #expect(ReplayMemory(more).estimatedBytes > ReplayMemory(load()).estimatedBytes)
    #expect(ReplayMemory(more).sufficientBytes > ReplayMemory(load()).sufficientBytes)
  }

  @Test func `names and values of which many differ weigh on the first block, not on the replay`() {
    let more = ReplayMemory(load { $0.head.pairBytes = 40_000_000 })
    #expect(more.estimatedBytes == ReplayMemory(load()).estimatedBytes)
    #expect(more.sufficientBytes - ReplayMemory(load()).sufficientBytes == 88_000_000)
  }

  @Test func `releases before 3 take more for the same head`() {
    let new = ReplayMemory(load { $0.head.series = 1_000_000 })
    for release in [ServerBehaviour.v2_42, .v2_53] {
      let old = ReplayMemory(
        load {
          $0.head.series = 1_000_000
          $0.release = release
        })
      #expect(old.sufficientBytes > new.sufficientBytes)
    }
  }

  @Test func `numbers without measure do not trap`() {
    let whole = HeadLoad(
      series: .max, labels: .max, labelBytes: .max, pairs: .max, pairBytes: .max)
    var load = ReplayLoad(release: .v2_42, head: whole)
    load.samples = .max
    load.histogramBytes = .max
    load.headChunkBytes = .max
    #expect(ReplayMemory(load).estimatedBytes == .max)
    #expect(ReplayMemory(load).sufficientBytes == .max)
  }
}
