import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBAnalysis

@Suite struct HeadEventsTests {
  /// What a series went through, by its rank.
  private func contents(
    _ events: inout HeadEvents, series: Int
  ) throws -> [[String]] {
    var result: [[String]] = []
    for part in 0..<events.partCount {
      let taken = try events.take(part: part)
      for place in 0..<events.ranks(of: part, count: series).count {
        var words: [String] = []
        let own = taken.events(at: place)
        for index in own.indices {
          let event = own[index]
          var word = "\(event.kind.map { "\($0)" } ?? "?") \(taken.base &+ event.offset) "
          if event.kind == .histogram, let body = taken.body(at: event.value) {
            word += "\([UInt8](body))"
          } else {
            word += "\(Int64(bitPattern: event.value))"
          }
          words.append(word)
        }
        result.append(words)
      }
    }
    return result
  }

  private func fill(_ events: inout HeadEvents, series: Int) throws {
    for round in 0..<40 {
      for rank in 0..<series {
        let time = 1_794_873_600_000 + Int64(round) * 15_000
        try events.add(
          .float, rank: UInt32(rank), time: time, startTime: round % 7 == 0 ? time - 1 : 0,
          value: UInt64(round * series + rank))
        if (rank + round) % 11 == 0 {
          let body = [UInt8](repeating: UInt8(rank % 251), count: round)
          try events.add(
            .histogram, rank: UInt32(rank), time: time + 1, startTime: 0, body: body.rawBytes)
        }
      }
    }
    try events.finish()
  }

  @Test func `events come back by series, in their order, from memory and from a file`() throws {
    let folder = try TemporaryDirectory()
    let series = 300
    var large = HeadEvents(
      series: series, count: 1 << 14, memory: 1 << 30, folder: "/nonexistent")
    try fill(&large, series: series)
    #expect(large.isSpilled == false)
    let expected = try contents(&large, series: series)
    #expect(expected.count == series)
    #expect(
      expected[3].prefix(2) == ["startTime 1794873600000 1794873599999", "float 1794873600000 3"])
    #expect(expected[10].contains("histogram 1794873615001 [10]"))

    var small = HeadEvents(series: series, count: 1 << 20, memory: 4096, folder: folder.path)
    try fill(&small, series: series)
    #expect(small.isSpilled)
    #expect(small.partCount > 1)
    #expect(try namesInFolder(folder.path) == [])
    #expect(try contents(&small, series: series) == expected)
  }

  @Test func `a time that is far from all others keeps its bits`() throws {
    var events = HeadEvents(series: 1, count: 3, memory: 1 << 20, folder: "/nonexistent")
    try events.add(.float, rank: 0, time: 1000, value: 1)
    try events.add(.float, rank: 0, time: .max, value: 2)
    try events.add(.float, rank: 0, time: .min, value: 3)
    let part = try events.take(part: 0)
    let own = part.events(at: 0)
    #expect(own.count == 5)
    #expect(own[1].kind == .wideTime)
    #expect(Int64(bitPattern: own[1].value) == .max)
    #expect(Int64(bitPattern: own[3].value) == .min)
    #expect(own[4].value == 3)
  }

  @Test func `a folder that cannot be written is told`() throws {
    var events = HeadEvents(series: 10, count: 1 << 20, memory: 64, folder: "/nonexistent")
    #expect(
      throws: FileError.system(
        path: "/nonexistent", operation: "create a temporary file", errno: 2)
    ) {
      for _ in 0..<10 { try events.add(.float, rank: 0, time: 1, value: 0) }
    }
  }
}
