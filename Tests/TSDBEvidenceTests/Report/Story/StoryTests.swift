import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBEvidence

/// Whole reports: of an incident, of a sound and of a damaged directory, and of one whose labels are as an
/// enemy would choose them.
@Suite struct StoryTests {
  private func evidence(
    _ path: String, _ change: (inout Evidence.Options) -> Void = { _ in }
  ) async throws -> Evidence {
    var options = Evidence.Options()
    options.jobs = 2
    options.tool = "epimetheus test"
    change(&options)
    return try await Evidence.collect(try DataDirectory(path: path), options)
  }

  private func answer(_ question: String, _ evidence: Evidence) throws -> String {
    let answers = Story(evidence).document.answers
    return try #require(answers.first { $0.name == question }).text.plain
  }

  @Test func `an incident is told from verdict to prevention`() async throws {
    let incident = try LogDirectory.incident()
    let story = Story(try await evidence(incident.data)).document
    #expect(story.tone == .bad)
    #expect(story.verdict.plain.hasPrefix("requests_total exploded through its label tenant"))
    #expect(
      story.answers.map(\.name) == [
        "What changed?", "When did it start?", "How fast?", "Which service?",
        "How much data was lost?", "Could the head have been saved?", "What prevents it?",
      ])
    #expect(
      story.sections.map(\.id) == [
        "timeline", "growth", "culprit", "cardinality", "churn", "costs", "findings", "start",
        "repair", "prevention", "appendix",
      ])
  }

  @Test func `a sound directory is told to be sound`() async throws {
    let found = try await evidence(Fixture("damaged-base/main").data)
    let story = Story(found).document
    #expect(story.tone == .good)
    #expect(story.verdict.plain == "The directory is sound, and no metric exploded.")
    #expect(story.sections.contains { $0.id == "repair" })
    #expect(!story.sections.contains { $0.id == "culprit" || $0.id == "prevention" })
  }

  @Test func `a damaged directory is told with what a start loses and what a repair keeps`()
    async throws
  {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/wal/00000005") { $0.flip(at: 14903, bit: 3) }
    let found = try await evidence(copy.data)
    let story = Story(found).document
    #expect(story.tone == .bad)
    #expect(story.verdict.plain == "The next start of Prometheus loses data.")
    #expect(
      try answer("How much data was lost?", found).hasPrefix("The next start loses 2,520 samples"))
    #expect(
      try answer("Could the head have been saved?", found)
        == "Yes, all of it. A repair with epimetheus repair keeps every one of the 105,879 samples "
        + "that can be read here. A server alone loses 2,520 samples.")
    let page = ReportHTML.text(found)
    #expect(page.contains("<bdi>wal/00000005</bdi>"))
    #expect(page.contains("<code>--strategy cut</code>"))
  }

  @Test func `two reports of one directory are the same`() async throws {
    let incident = try LogDirectory.incident()
    let path = incident.data
    let (first, second) = (try await evidence(path), try await evidence(path) { $0.jobs = 1 })
    #expect(ReportHTML.text(first) == ReportHTML.text(second))
    #expect(ReportMarkdown.text(first) == ReportMarkdown.text(second))
  }

  // MARK: Enemies

  private static let metric = "</title></script><script>alert(1)</script>"
  private static let label = "\"><img src=http://example.com/x onerror=alert(1)>"

  /// A thousand and some series that come within minutes, with labels that mean harm.
  private func hostileDirectory() throws -> LogDirectory {
    let values: [[UInt8]] = [
      Array("</style><script>".utf8), [0xff, 0xfe], Array("שלום \u{202e}".utf8),
      [UInt8](repeating: UInt8(ascii: "x"), count: 65_536), Array("`|*_<b>".utf8),
      Array("\u{1b}[2J\r\n# no heading".utf8), [],
    ]
    func labels(_ ref: UInt64, _ pairs: [([UInt8], [UInt8])]) -> [UInt8] {
      var bytes = (0..<8).map { UInt8(truncatingIfNeeded: ref >> UInt64(56 - 8 * $0)) }
      bytes += uvarintBytes(UInt64(pairs.count))
      for (name, value) in pairs {
        bytes += lengthPrefixedBytes(name) + lengthPrefixedBytes(value)
      }
      return bytes
    }
    let name = Array("__name__".utf8)
    var records: [[UInt8]] = []
    for ref in UInt64(1)...1500 {
      let isOld = ref <= 20
      let value =
        isOld ? [] : values[Int(ref) % values.count] + Array("\(ref)".utf8)
      let job = Array("<i>job</i>".utf8)
      var pairs = [(name, Array(Self.metric.utf8)), (Array("job".utf8), job)]
      pairs.append(
        isOld ? (Array("old".utf8), Array("\(ref)".utf8)) : (Array(Self.label.utf8), value))
      records.append([1] + labels(ref, pairs))
      let start: Int64 = 1_794_873_600_000
      let first = isOld ? start : start + 1_800_000 + Int64(ref / 50) * 15_000
      records.append(
        LogDirectory.samples(ref, stride(from: first, to: start + 2_700_000, by: 60_000)))
    }
    return try LogDirectory([records])
  }

  @Test func `labels that mean harm are shown harmlessly`() async throws {
    let directory = try hostileDirectory()
    let found = try await evidence(directory.data) {
      $0.events = [(.at(1_794_875_000_000), "deploy <script>alert(2)</script>")]
    }
    #expect(found.diagnosis.explosion?.metric == Array(Self.metric.utf8))
    let page = ReportHTML.text(found)
    let markup = Markup(page)
    #expect(markup.mistakes == [])
    #expect(markup.named("script", "img", "i", "b").isEmpty)
    #expect(markup.named("style").count == 1)
    #expect(!page.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0 == "\u{202e}" })
    #expect(!page.contains(String(repeating: "x", count: 121)))
    let text = ReportMarkdown.text(found)
    let headings = text.split(separator: "\n").filter { $0.hasPrefix("#") }
    #expect(!headings.contains { $0.contains("no heading") })
    #expect(!text.contains(String(repeating: "x", count: 121)))
  }

  @Test func `a log whose times are at the edge of what there is has a report`() async throws {
    let directory = try LogDirectory([
      [
        LogDirectory.series(1, "a"), LogDirectory.series(2, "b"),
        LogDirectory.samples(1, [Int64.min + 1, 0]), LogDirectory.samples(2, [Int64.max - 1]),
      ]
    ])
    let found = try await evidence(directory.data)
    #expect(Markup(ReportHTML.text(found)).mistakes == [])
    #expect(!ReportMarkdown.text(found).isEmpty)
  }

  @Test func `a directory without a series has a report`() async throws {
    let directory = try LogDirectory([[]])
    let found = try await evidence(directory.data)
    #expect(Story(found).verdict.plain == "The directory holds no series.")
    #expect(Markup(ReportHTML.text(found)).mistakes == [])
  }
}
