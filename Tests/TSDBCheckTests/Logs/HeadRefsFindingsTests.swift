import TestSupport
import Testing

@testable import TSDBCheck

@Suite struct HeadRefsFindingsTests: SmallLog {
  @Test func `deletions of a ref that nothing defines are worth knowing`() async throws {
    let found = try await check([log([up, RecordBuilder.tombstones([(9, 1, 2)])])])
    #expect(found.map(\.rule.id) == ["wal.refs.unknown-others"])
    #expect(found.map(\.severity) == [.info])
    #expect(
      found.first?.message.text
        == "1 exemplar, metadata or deletion belongs to no series, the first to ref 9")
  }

  @Test func `a ref that is given to a second series is found`() async throws {
    let down = [1] + RecordBuilder.series(1, [("__name__", "down")])
    let found = try await check([log([up, samples, down])])
    #expect(found.map(\.rule.id) == ["wal.refs.reused"])
    #expect(found.first?.message.text.contains("1 ref ") == true)
  }

  @Test func `samples of a ref without a series are counted in one finding`() async throws {
    let found = try await check([log([samples, samples])])
    #expect(found.map(\.rule.id) == ["wal.refs.unknown"])
    #expect(found.first?.lost?.text == "6 samples")
    #expect(found.first?.offset == 0)
  }

  @Test func `a repeated series record costs the samples between`() async throws {
    let found = try await check([log([up, samples, up, samples])])
    #expect(found.map(\.rule.id) == ["wal.series.repeated"])
    #expect(found.first?.lost?.text == "3 samples")
  }

  @Test func `a repeated series record without samples between costs nothing`() async throws {
    #expect(try await check([log([up, up, samples])]).isEmpty)
  }

  @Test func `a series that was deleted may come back`() async throws {
    let deleted = RecordBuilder.tombstones([(1, .min, .max)])
    #expect(try await check([log([up, samples, deleted, up, samples])]).isEmpty)
  }
}
