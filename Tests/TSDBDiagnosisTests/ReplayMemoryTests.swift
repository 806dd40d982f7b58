import TSDBDiagnosis
import Testing

@Suite struct ReplayMemoryTests {
  @Test func `a head of nothing takes what an empty server takes`() {
    let memory = ReplayMemory(series: 0, pairs: 0, samples: 0)
    #expect(memory.estimatedBytes == 50 << 20)
    #expect(memory.explosionBytes == 0)
  }

  @Test func `each series, pair and sample adds to it`() {
    let memory = ReplayMemory(series: 1000, pairs: 1000, samples: 1000)
    #expect(
      memory.estimatedBytes > ReplayMemory(series: 999, pairs: 1000, samples: 1000).estimatedBytes)
    #expect(
      memory.estimatedBytes > ReplayMemory(series: 1000, pairs: 999, samples: 1000).estimatedBytes)
    #expect(
      memory.estimatedBytes > ReplayMemory(series: 1000, pairs: 1000, samples: 0).estimatedBytes)
  }

  @Test(arguments: [(0, 0), (1, 1), (5000, 500), (10_000, 5000), (20_000, 90_000)])
  func `what exploded takes a part of the whole`(series: Int, values: Int) {
    let memory = ReplayMemory(
      series: 10_000, pairs: 5000, samples: 100_000, culprit: (series: series, values: values))
    #expect(memory.explosionBytes >= 0)
    #expect(memory.explosionBytes <= memory.estimatedBytes - (50 << 20))
  }
}
