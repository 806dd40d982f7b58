import TSDBAnalysis
import TSDBDiagnosis
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

/// What real servers took to replay heads, and what the estimate makes of the same (`TestData/memory-peaks.txt`).
@Suite struct ReplayMemoryPeaksTests {
  @Test func `no server that was measured took more than what is said to suffice`() throws {
    let measured = try MeasuredPeak.all()
    #expect(measured.count == 69)
    for peak in measured {
      let memory = ReplayMemory(peak.load)
      #expect(memory.sufficientBytes >= peak.highest, "\(peak.head), \(peak.load.release)")
    }
  }

  @Test func `the estimate is within the error that the documentation states`() throws {
    for peak in try MeasuredPeak.all() {
      let ratio = Double(peak.ready) / Double(ReplayMemory(peak.load).estimatedBytes)
      #expect((0.7...1.4).contains(ratio), "\(peak.head), \(peak.load.release): \(ratio)")
    }
  }

  @Test(arguments: [
    "explosion-blocks", "explosion-small", "head-mixed", "nh-3.5", "ooo-3.5", "snapshot-3.14",
    "st-zstd-3.14",
  ])
  func `a head that is kept here is read as the one that was measured`(name: String) async throws {
    let directory = try DataDirectory(path: Fixture("sound/" + name).data)
    let read = await DirectoryHistory.read(directory, parts: [.head, .blocks], jobs: 2)
    let rows = try MeasuredPeak.all().filter { $0.head == name }
    #expect(!rows.isEmpty)
    for row in rows {
      let load = ReplayLoad(read, headChunks: directory.headChunks, release: row.load.release)
      #expect(load == row.load)
    }
  }
}

/// A head, a release, and what that took.
private struct MeasuredPeak {
  let head: String
  let load: ReplayLoad
  /// Peak of the resident memory when the server was ready, in bytes.
  let ready: Int
  /// The highest of all its runs, 30 s later.
  let highest: Int

  private static let releases: [String: ServerBehaviour] = [
    "2.42": .v2_42, "2.53": .v2_53, "3.5": .v3_5,
  ]

  static func all() throws -> [MeasuredPeak] {
    let text = String(decoding: try readFile(Fixture.testData + "/memory-peaks.txt"), as: UTF8.self)
    var loads: [String: [Int]] = [:]
    var peaks: [MeasuredPeak] = []
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let words = line.split(separator: " ").map(String.init)
      let numbers = words.dropFirst(2).compactMap { Int($0) }
      if words[0] == "head" {
        loads[words[1]] = numbers
      } else {
        let release = try #require(releases[words[0]])
        let parts = try #require(loads[words[1]])
        peaks.append(
          MeasuredPeak(
            head: words[1], load: load(parts, release), ready: numbers[0], highest: numbers[1]))
      }
    }
    return peaks
  }

  private static func load(_ parts: [Int], _ release: ServerBehaviour) -> ReplayLoad {
    let head = HeadLoad(
      series: parts[0], labels: parts[1], labelBytes: parts[2], pairs: parts[3],
      pairBytes: parts[4])
    var load = ReplayLoad(release: release, head: head)
    load.samples = parts[5]
    load.decodedSamples = parts[6]
    load.sampleRecords = parts[7]
    load.largestRecord = parts[8]
    load.histogramBytes = parts[9]
    load.outOfOrderSamples = parts[10]
    load.headChunkBytes = parts[11]
    return load
  }
}
