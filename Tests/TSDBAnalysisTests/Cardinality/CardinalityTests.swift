import TSDBAnalysis
import TestSupport
import Testing

/// Labels given by hand: a name, a value, and how many series carry it.
private struct GivenPairs: LabelPairs {
  let names: [[UInt8]]
  let entries: [(name: Int, value: String, series: UInt64, uncovered: UInt64)]

  init(_ entries: [(String, String, UInt64, UInt64)]) {
    let names = Array(Set(entries.map(\.0))).sorted()
    self.names = names.map { Array($0.utf8) }
    self.entries = entries.map { entry in
      (names.firstIndex(of: entry.0) ?? 0, entry.1, entry.2, entry.3)
    }
  }

  func forEachPair(_ body: (LabelPair, Int) -> Void) {
    for (number, entry) in entries.enumerated() {
      body(
        LabelPair(
          name: entry.name, valueLength: entry.value.utf8.count, series: entry.series,
          uncovered: entry.uncovered), number)
    }
  }

  func value(of number: Int) -> [UInt8] { Array(entries[number].value.utf8) }

  func key(of number: Int) -> [UInt8] {
    names[entries[number].name] + Array("=".utf8) + value(of: number)
  }

  func isOrdered(_ number: Int, before other: Int) -> Bool {
    key(of: number).lexicographicallyPrecedes(key(of: other))
  }
}

@Suite struct CardinalityTests {
  private func lines(_ lines: [Cardinality.Line]) -> [String] {
    lines.map { "\($0.count) \(String(decoding: $0.key, as: UTF8.self))" }
  }

  private func tables(limit: Int) -> Cardinality {
    let pairs = GivenPairs([
      ("__name__", "up", 2, 150), ("__name__", "http_requests_total", 5, 0),
      ("job", "api", 5, 299), ("job", "db", 2, 300), ("path", "/b", 1, 100),
      ("path", "/a", 1, 99), ("path", "/c", 3, 0),
    ])
    return Cardinality(of: pairs, series: 7, range: 100, limit: limit)
  }

  @Test func `every table is sorted by count, then by key`() {
    let tables = tables(limit: 20)
    #expect(tables.labelNames == 3)
    #expect(tables.uniquePairs == 7)
    #expect(tables.totalPairs == 19)
    #expect(
      lines(tables.churningPairs) == [
        "3 job=db", "2 job=api", "1 __name__=up", "1 path=/b", "0 __name__=http_requests_total",
        "0 path=/a", "0 path=/c",
      ])
    #expect(lines(tables.churningNames) == ["5 job", "1 __name__", "1 path"])
    #expect(
      lines(tables.commonPairs) == [
        "5 __name__=http_requests_total", "5 job=api", "3 path=/c", "2 __name__=up", "2 job=db",
        "1 path=/a", "1 path=/b",
      ])
    #expect(lines(tables.valueLengths) == ["21 __name__", "6 path", "5 job"])
    #expect(lines(tables.labels) == ["3 path", "2 __name__", "2 job"])
    #expect(lines(tables.metrics) == ["5 http_requests_total", "2 up"])
  }

  @Test(arguments: 1...8) func `a limit keeps the first lines`(limit: Int) {
    let (few, all) = (tables(limit: limit), tables(limit: 20))
    #expect(few.churningPairs == Array(all.churningPairs.prefix(limit)))
    #expect(few.commonPairs == Array(all.commonPairs.prefix(limit)))
    #expect(few.labels == Array(all.labels.prefix(limit)))
    #expect(few.metrics == Array(all.metrics.prefix(limit)))
    #expect(few.totalPairs == all.totalPairs)
  }

  @Test func `random labels give the same lines as a sort of all of them`() {
    var random = SeededRandom(seed: 7)
    let entries = (0..<2000).map { number in
      ("l\(number % 7)", "v\(number)", UInt64.random(in: 0..<20, using: &random), UInt64(0))
    }
    let pairs = GivenPairs(entries)
    let expected = entries.map { (count: $0.2, key: "\($0.0)=\($0.1)") }
      .sorted { $0.count != $1.count ? $0.count > $1.count : $0.key < $1.key }
      .prefix(50).map { "\($0.count) \($0.key)" }
    let tables = Cardinality(of: pairs, series: 1, range: 1, limit: 50)
    #expect(lines(tables.commonPairs) == expected, "seed \(random.seed)")
  }

  @Test(arguments: [Int64.min, -1, 0, 1, Int64.max]) func `no range makes the tables trap`(
    range: Int64
  ) {
    let pairs = GivenPairs([("a", "b", 1, .max), ("a", "c", 1, 0), ("d", "e", 1, 1 << 63)])
    let tables = Cardinality(of: pairs, series: 1, range: range, limit: 5)
    #expect(tables.churningPairs.count == 3)
    #expect(tables.churningNames.count == 2)
  }
}
