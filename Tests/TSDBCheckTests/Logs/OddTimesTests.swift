import TSDBStore
import TestSupport
import Testing

@testable import TSDBCheck

/// Times that cannot be true; the present is 2026-12-01.
@Suite struct OddTimesTests: SmallLog {
  private let now: Int64 = 1_796_083_200_000
  private let hour: Int64 = 3_600_000

  /// What is found of a log with samples of one series at these times.
  private func find(_ times: [Int64]) async throws -> [Finding] {
    let log = try LogDirectory([[up, LogDirectory.samples(1, times)]])
    try makeFolder(log.data + "/chunks_head")
    let result = await LogCheck.run(
      try DataDirectory(path: log.data), level: .standard, jobs: 1, now: now)
    return result.findings.filter { $0.rule == .headFuture || $0.rule == .headGap }
  }

  @Test func `samples of the present and of the past are none`() async throws {
    #expect(try await find([now - 20 * hour, now - hour, now, now + 60_000]) == [])
  }

  @Test func `samples an hour and more ahead refuse scrapes, and those that are less do not`()
    async throws
  {
    let far = try await find([now - hour, now + 6 * hour])
    #expect(far.map(\.rule) == [.headFuture])
    #expect(far[0].severity == .warning)
    #expect(
      far[0].message.text.hasPrefix(
        "1 sample of the future, of 1 series, such as {__name__=up}: from "))
    #expect(far[0].message.text.hasSuffix("too old until 2026-12-01T05:00:00Z"))
    #expect(try await find([now - hour, now + 30 * 60_000]).map(\.severity) == [.info])
  }

  @Test func `nanoseconds are told as the time that they are`() async throws {
    let found = try await find([now - hour, 1_763_337_600_000_000_000])
    #expect(
      found.first?.message.text.contains("as nanoseconds the last would be 2025-11-17T00:00:00Z")
        == true)
  }

  @Test func `a gap of years is a finding, with the samples before it`() async throws {
    let found = try await find([40_000, 55_000, now - hour])
    #expect(found.map(\.rule) == [.headGap])
    #expect(found[0].severity == .info)
    #expect(found[0].message.count == 2)
    #expect(found[0].message.text.hasSuffix("what comes next is 56 years later"))
    #expect(try await find([now - 400 * 24 * hour, now]).map(\.severity) == [.info])
    #expect(try await find([now - 300 * 24 * hour, now]) == [])
  }

  @Test func `seconds are told without anything later, and small numbers are left alone`()
    async throws
  {
    #expect(try await find([1_763_337_600, 1_763_337_660]).map(\.rule) == [.headGap])
    #expect(try await find([1000, 2000]) == [])
  }
}
