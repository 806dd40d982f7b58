import TSDBAnalysis
import TSDBStore
import TestSupport
import Testing

@testable import TSDBDiagnosis

/// What a remedy says of the series that it takes besides those of its cause.
@Suite struct RemediesTests {
  @Test func `a drop that takes old values says so, and which metric it leaves empty`() async throws
  {
    // All series have the label, and the new values look as the old ones do.
    let incident = try LogDirectory.incident()
    let directory = try DataDirectory(path: incident.data)
    let read = await DirectoryHistory.read(directory, parts: .head, jobs: 1)
    let growth = try #require(Growth(of: read))
    let made = await Proposals.make(
      for: growth, in: read, replay: ReplayLoad(read, headChunks: [], release: .newest))
    let drop = try #require(made?.remedies.first { $0.kind == .drop })
    #expect(
      drop.warnings == [
        "removes values of tenant which were there before as well",
        "leaves no series of requests_total",
      ])
    #expect(drop.seriesAfter == 0)
    // What a sender sends is of all jobs: the rule names the one that is meant.
    #expect(drop.place == .writeRelabelConfigs)
    #expect(
      drop.configuration == """
        remote_write:
          - url: http://receiver/api/v1/write
            write_relabel_configs:
              - source_labels: [job, tenant]
                regex: secretjob7;.+
                action: drop

        """)
  }
}
