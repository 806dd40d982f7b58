import TestSupport
import Testing

@testable import TSDBAnalysis
@testable import TSDBFormat

@Suite struct LabelInternerTests {
  private typealias Labels = [(name: String, value: String)]

  private static func record(_ all: [(UInt64, Labels)]) -> [UInt8] {
    var bytes: [UInt8] = [1]
    for (ref, labels) in all {
      bytes += bigEndianBytes(ref)
      bytes += uvarintBytes(UInt64(labels.count))
      for label in labels {
        bytes += lengthPrefixedBytes(label.name.utf8)
        bytes += lengthPrefixedBytes(label.value.utf8)
      }
    }
    return bytes
  }

  /// Interns the record and gives the id of each series, in order.
  private func intern(
    _ all: [(UInt64, Labels)], with interner: inout LabelInterner,
    into history: inout SeriesHistory
  ) throws -> [SeriesTable.SeriesID] {
    let payload = Self.record(all)
    var plan = SeriesPlan()
    plan.append(payload.rawBytes, entry: 0, at: 0)
    let record = try #require(plan.records.first)
    #expect(record.error == nil)
    var labelled = LabelledSeries()
    interner.intern(
      record, of: plan, payload: payload.rawBytes, into: &history.pairs, result: &labelled)
    var refs: [UInt64] = []
    var ids: [SeriesTable.SeriesID] = []
    var start = 0
    history.series.intern(record, of: plan, labelled, from: &start) {
      refs.append($0)
      ids.append($1)
    }
    #expect(refs == all.map(\.0))
    #expect(start == all.reduce(0) { $0 + $1.1.count })
    return ids
  }

  private func labels(_ series: SeriesTable.SeriesID, in history: SeriesHistory) -> [String] {
    let pairs = history.series.pairs(of: series)
    return pairs.indices.map {
      let label = history.pairs.label(ofPair: pairs[$0])
      return String(decoding: label.name + [0x3d] + label.value, as: UTF8.self)
    }
  }

  @Test func `the same labels are the same series, and only they`() throws {
    var interner = LabelInterner()
    var history = SeriesHistory()
    let ids = try intern(
      [
        (1, [("a", "x"), ("b", "y")]), (2, [("a", "x")]), (3, [("a", "x"), ("b", "y")]),
        (4, [("b", "y"), ("a", "x")]), (5, []), (6, [("a", "")]), (7, []), (8, [("ax", "")]),
        (9, [("", "ax")]),
      ], with: &interner, into: &history)
    #expect(ids == [0, 1, 0, 2, 3, 4, 3, 5, 6])
    #expect(labels(2, in: history) == ["b=y", "a=x"])
    #expect(labels(4, in: history) == ["a="])
    #expect(labels(6, in: history) == ["=ax"])
  }

  /// Labels that are repeated from the series before take a short way; it must lead to the same.
  @Test func `random series come out as they went in`() throws {
    var random = SeededRandom(seed: 21)
    var interner = LabelInterner()
    var history = SeriesHistory()
    var known: [[String]: SeriesTable.SeriesID] = [:]
    for round in 0..<6 {
      let all = (0..<Int.random(in: 0...300, using: &random)).map { index -> (UInt64, Labels) in
        let count = Int.random(in: 0...5, using: &random)
        let labels = (0..<count).map { place in
          (
            name: "n\(place &+ Int.random(in: 0...1, using: &random))",
            value: String(
              repeating: "v", count: Int.random(in: 0...3, using: &random))
          )
        }
        return (UInt64(index), labels)
      }
      let ids = try intern(all, with: &interner, into: &history)
      for ((_, wanted), id) in zip(all, ids) {
        let words = wanted.map { "\($0.name)=\($0.value)" }
        let before = known.updateValue(id, forKey: words)
        #expect(before == nil || before == id, "seed \(random.seed) round \(round)")
        #expect(labels(id, in: history) == words, "seed \(random.seed) round \(round)")
      }
    }
    #expect(known.count == history.series.count, "seed \(random.seed)")
  }

  @Test func `labels of 70000 bytes and series of 1000 labels are kept`() throws {
    var interner = LabelInterner()
    var history = SeriesHistory()
    let long = String(repeating: "l", count: 70_000)
    let many = (0..<1000).map { (name: "n\($0)", value: "v\($0)") }
    let ids = try intern(
      [(1, [("a", long)]), (2, many), (3, [("a", long + "l")]), (4, many)], with: &interner,
      into: &history)
    #expect(ids == [0, 1, 2, 1])
    #expect(history.pairs.valueLength(ofPair: history.series.pairs(of: 2)[0]) == 70_001)
    #expect(history.series.pairs(of: 1).count == 1000)
  }
}
