import TSDBFormat
import TestSupport
import Testing

@Suite struct LabelFlawTests {
  /// The flaws of series with these labels, in one record.
  private func flaws(_ all: [[(String, String)]]) throws -> [LabelFlaw?] {
    var bytes: [UInt8] = [1]
    for (ref, labels) in all.enumerated() {
      bytes += RecordBuilder.series(UInt64(ref), labels)
    }
    var found = [LabelFlaw?](repeating: nil, count: all.count)
    let payload = bytes.span.bytes
    var record = SeriesRecord()
    try record.append(payload, at: 0)
    record.forEachFlaw(of: 0..<all.count, in: payload) { series, flaw, labels in
      found[series] = flaw
      #expect(labels.count == all[series].count)
    }
    return found
  }

  @Test func `sound labels have none, and an empty value is none`() throws {
    #expect(
      try flaws([
        [("__name__", "a"), ("b", "1")], [("__name__", "a"), ("b", "")], [("__name__", "c")],
      ]) == [nil, nil, nil])
  }

  @Test func `each flaw is told, the gravest first`() throws {
    #expect(
      try flaws([
        [("a", "1"), ("a", "1")], [("a", "1"), ("b", "1"), ("a", "2")], [("b", "1"), ("a", "1")],
        [("", "1"), ("a", "1")], [("", ""), ("a", "1")], [], [("a", "1"), ("b", "1")], [],
      ]) == [
        .duplicate, .duplicate, .order, .emptyName, .emptyPair, .missing, nil, .missing,
      ])
  }

  @Test func `a flaw of a name is that of all neighbours whose values alone differ`() throws {
    #expect(
      try flaws([
        [("b", "1"), ("a", "1")], [("b", "2"), ("a", "1")], [("a", "1"), ("b", "2")],
      ]) == [.order, .order, nil])
  }

  @Test func `labels as they are written tell the same`() {
    func flaw(_ labels: [(String, String)]) -> LabelFlaw? {
      LabelFlaw(ofLabels: Array(RecordBuilder.series(1, labels).dropFirst(8)).span.bytes)
    }
    #expect(flaw([("a", "1"), ("b", "1")]) == nil)
    #expect(flaw([("b", "1"), ("a", "1"), ("b", "1")]) == .duplicate)
    #expect(flaw([]) == .missing)
    let cut: [UInt8] = [5, 1, 97]
    #expect(LabelFlaw(ofLabels: cut.span.bytes) == nil)
  }
}
