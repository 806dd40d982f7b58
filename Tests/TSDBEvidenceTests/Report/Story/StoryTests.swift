import TSDBFormat
import TSDBReport
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
        "timeline", "growth", "ledger", "culprit", "cardinality", "churn", "costs", "findings",
        "start",
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
        == "Yes, all but what is damaged itself. A repair with epimetheus repair keeps every one of "
        + "the 105,879 samples that can be read here. A server alone loses 2,520 samples.")
    #expect(
      try answer("What is damaged?", found)
        == "wal/00000005 at byte 14,876: expected checksum 0xd109742b, found bytes with 0xa8665a5a "
        + "(a piece of a record in a page of a segment is damaged).")
    let page = ReportHTML.text(found)
    #expect(page.contains("<bdi>wal/00000005</bdi>"))
    #expect(page.contains("<code>--strategy cut</code>"))
  }

  @Test func `damage in a block is told with what it takes`() async throws {
    let copy = try Fixture("damaged-base/main").copy()
    let block = try #require(
      try namesInFolder(copy.data).filter { $0.hasPrefix("01") }.dropFirst().first)
    try damage("\(copy.data)/\(block)/index") { $0.flip(at: 2853, bit: 2) }
    let found = try await evidence(copy.data)
    #expect(found.findings.map(\.rule.id) == ["index.series.checksum"])
    #expect(
      try answer("How much data was lost?", found).contains(
        "Damage in \(block)/index takes with it: 1 series."))
    #expect(
      try answer("Could the head have been saved?", found)
        .hasPrefix("Yes, all but what is damaged itself."))
  }

  @Test func `a repair that cannot be planned says why`() async throws {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/wal/00000005") { $0.flip(at: 14903, bit: 3) }
    let found = try await evidence(copy.data) { $0.temporaryFolder = copy.data + "/nowhere" }
    #expect(found.repair == nil)
    let problem = try #require(found.repairProblem)
    #expect(problem.contains("nowhere: cannot create a temporary folder"))
    let repair = try #require(Story(found).document.sections.first { $0.id == "repair" })
    guard case .paragraph(let said) = repair.blocks.first else {
      Issue.record("no paragraph")
      return
    }
    #expect(said.plain == "No repair could be planned: \(problem).")
    #expect(
      try answer("Could the head have been saved?", found)
        == "That is not known: no repair could be planned, as \(problem).")
  }

  @Test func `starts in vain are told before all else`() async throws {
    let incident = try LogDirectory.incident()
    for number in 1...3 { try writeFile(incident.data + "/wal/0000000\(number)", []) }
    // A server that stops in good order takes it along.
    try writeFile(incident.data + "/lock", [])
    let found = try await evidence(incident.data)
    #expect(
      try answer("Did the server come up again?", found).hasPrefix(
        "No: 3 starts in a row wrote nothing, from "))
    #expect(
      Story(found).document.consequences.contains {
        $0.plain.hasPrefix("3 starts in a row wrote nothing")
      })
  }

  @Test func `limits are told with what they narrow, and the onset is told outside of them`()
    async throws
  {
    let incident = try LogDirectory.incident()
    let selector = try Selector(#"{zone="openzone"}"#)
    let found = try await evidence(incident.data) {
      $0.since = .back(120_000)
      $0.selectors = [selector]
    }
    let story = Story(found).document
    #expect(
      story.subtitle.map(\.plain).contains(
        "Timeline, growth, cardinality and churn are narrowed to the time from "
          + "2023-11-14T22:50:20Z on and to series of {zone=\"openzone\"}; verdict, culprit, damage, "
          + "start, repair and prevention are of all that is here"))
    let onset = try #require(found.timeline.first { $0.kind == .onset })
    #expect(onset.time < 1_700_002_220_000)
    #expect(onset.text.hasSuffix(", outside of the time looked at"))
    #expect(found.timeline.allSatisfy { $0.kind == .onset || $0.time >= 1_700_002_220_000 })
  }

  @Test func `two reports of one directory are the same`() async throws {
    let incident = try LogDirectory.incident()
    let path = incident.data
    let (first, second) = (try await evidence(path), try await evidence(path) { $0.jobs = 1 })
    #expect(ReportHTML.text(first) == ReportHTML.text(second))
    #expect(ReportMarkdown.text(first) == ReportMarkdown.text(second))
  }

  // MARK: Enemies

  @Test func `labels that mean harm are shown harmlessly`() async throws {
    let directory = try LogDirectory.hostile()
    let found = try await evidence(directory.data) {
      $0.events = [(.at(1_794_875_000_000), "deploy <script>alert(2)</script>")]
    }
    #expect(found.diagnosis.explosion?.metric == Array(LogDirectory.hostileMetric.utf8))
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
