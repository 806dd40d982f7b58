import TSDBEvidence
import TSDBStore
import TestSupport
import Testing

/// What a program that links the library can do: nothing here is testable import, or the command line.
@Suite struct ReportJSONTests {
  @Test func `a program writes report json without the command line`() async throws {
    let directory = try DataDirectory(path: Fixture("sound/rollouts").data)
    let evidence = try await Evidence.collect(directory, Evidence.Options())
    let text = try ReportJSON.text(evidence)
    #expect(text.hasPrefix("{\n  \"check\" : {\n"))
    #expect(text.hasSuffix("\n}\n"))
    let reports = try Bundle.Document.reports(of: evidence)
    #expect(reports.map(\.path) == ["report.json", "report.html", "report.md"])
    #expect(reports.first?.text == text)
  }
}
