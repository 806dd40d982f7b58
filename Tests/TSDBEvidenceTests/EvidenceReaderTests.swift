import TSDBDiagnosis
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBEvidence

@Suite struct EvidenceReaderTests {
  private let incident: LogDirectory

  init() throws { incident = try LogDirectory.incident() }

  private func collect(
    _ change: (inout Evidence.Options) throws -> Void = { _ in }
  ) async throws -> Evidence {
    var options = Evidence.Options()
    try change(&options)
    return try await Evidence.collect(DataDirectory(path: incident.data), options)
  }

  @Test func `evidence is what a diagnosis says, with a check and every file`() async throws {
    let evidence = try await collect()
    let directory = try DataDirectory(path: incident.data)
    let diagnosis = await Diagnosis.make(of: directory, jobs: 1)
    #expect(evidence.diagnosis.explosion == diagnosis.explosion)
    var startup = diagnosis.startup
    startup.space = nil
    #expect(evidence.diagnosis.startup == startup)
    #expect(evidence.churn.explosion == diagnosis.explosion)
    #expect(evidence.analysis.totalSeries == diagnosis.series)
    #expect(evidence.repair == nil)
    #expect(evidence.lost.isEmpty)
    let paths = evidence.files.map(\.path)
    #expect(paths == paths.sorted())
    #expect(paths.contains("wal/00000000"))
    let file = incident.data + "/wal/00000000"
    let sum = try CommandRunner.run("/usr/bin/sha256sum", [file]).stdout.prefix(64)
    #expect(evidence.files.first { $0.path == "wal/00000000" }?.sha256 == String(sum))
  }

  @Test func `the timeline has what is known, in the order of time`() async throws {
    let evidence = try await collect {
      $0.events = [(.back(60_000), "paged")]
      $0.remoteWrittenUntil = .back(30_000)
    }
    let end = evidence.diagnosis.timeRange.maxTime
    let times = evidence.timeline.map(\.time)
    #expect(times == times.sorted())
    #expect(evidence.events == [Evidence.Event(time: end - 60_000, text: "paged")])
    let kinds = evidence.timeline.map(\.kind)
    for kind in [Evidence.Kind.firstSample, .onset, .lastBirth, .lastSample, .event] {
      #expect(kinds.filter { $0 == kind }.count == 1)
    }
    #expect(evidence.remoteGap == TimeRange(minTime: end - 30_000, maxTime: end))
    let onset = evidence.timeline.first { $0.kind == .onset }
    #expect(onset?.time == evidence.diagnosis.explosion?.onset)
  }

  @Test func `redaction changes values and nothing else`() async throws {
    let plain = try await collect()
    let key = Array("0123456789abcdef".utf8)
    let redacted = try await collect {
      $0.redactor = Redactor(.all, key: key)
    }
    let (before, after) = (plain.diagnosis.explosion, redacted.diagnosis.explosion)
    #expect(after?.metric == before?.metric)
    #expect(after?.label == before?.label)
    #expect(after?.series == before?.series)
    #expect(after?.onset == before?.onset)
    #expect(redacted.churn.born == plain.churn.born)
    #expect(redacted.cardinality.metrics == plain.cardinality.metrics)
    #expect(redacted.cardinality.targets.map(\.series) == plain.cardinality.targets.map(\.series))
    let prefix = Array(Redactor.prefix.utf8)
    #expect(redacted.cardinality.targets.allSatisfy { $0.job.starts(with: prefix) })
    #expect(after?.examples.allSatisfy { $0.starts(with: prefix) } == true)
  }

  @Test func `selectors still match what is on disk`() async throws {
    let selector = try Selector(#"{__name__=~"requests.*",job="secretjob7"}"#)
    let plain = try await collect { $0.selectors = [selector] }
    let redacted = try await collect {
      $0.selectors = [selector]
      $0.redactor = Redactor(.all, key: Array("0123456789abcdef".utf8))
    }
    #expect(plain.cardinality.series == 2010)
    #expect(redacted.cardinality.series == plain.cardinality.series)
    #expect(redacted.limits.selectors == [#"{__name__=~"requests.*",job="redacted-value"}"#])
  }
}
