import TestSupport
import Testing

/// `--format csv` and `--format markdown`: the tables of a command, and nothing else.
@Suite struct TableFormatTests {
  private let data = Fixture("sound/explosion-small").data

  private func written(_ arguments: [String]) throws -> String {
    try CommandRunner.run(arguments).stdout
  }

  @Test func `CSV names each of several tables in its first column`() throws {
    let text = try written(["analyze", data, "--limit", "1", "--format", "csv"])
    #expect(
      text.hasPrefix(
        """
        table,series,metric
        "metrics",60760,"http_request_duration_seconds_bucket"

        table,values,label
        "labels",4228,"request_id"

        table,series,pair

        """))
    let titles = text.split(separator: "\n").filter { $0.hasPrefix("table,") }
    #expect(titles.count == 7)
  }

  @Test func `Markdown has the captions and the words of the text`() throws {
    let text = try written([
      "diff", data, "--from", "30m", "--limit", "1", "--format", "markdown",
    ])
    #expect(
      text.hasPrefix(
        """
        **Metrics by series** 0 metrics appeared, 0 vanished

        | before | after | change | key |
        |--:|--:|--:|---|
        | 1,568 | 22,638 | +21,070 | `http_request_duration_seconds_bucket` |

        **Labels by distinct values** 2 labels appeared, 0 vanished

        """))
  }

  @Test(arguments: [
    ["analyze", "--by", "metric"], ["analyze", "--label", "job"], ["churn"], ["diagnose"],
    ["diff", "--from", "30m"], ["ls"], ["whatif", "--drop-label", "pod"],
  ])
  func `every command with tables writes them in both formats`(words: [String]) throws {
    let line = [words[0], Fixture("sound/rollouts").data] + words.dropFirst()
    let csv = try written(line + ["--format", "csv", "--exact-csv"]).split(separator: "\n")
    let titles = words == ["churn"] ? "start,born," : "table,"
    #expect(csv.first?.hasPrefix(titles) == true)
    #expect(try written(line + ["--format", "markdown"]).contains("--:|"))
  }

  @Test func `findings, plans and blocks to be written are tables, too`() throws {
    let directory = try Fixture.damaged("wal-missing-segment")
    let damaged = directory.data
    let check = try written(["check", damaged, "--format", "csv"])
    #expect(check.hasPrefix("severity,rule,file,offset,message,lost,startup\n"))
    #expect(check.contains("\n\"fatal\",\"wal.segments.gap\",\"wal/"))
    let plan = try written(["repair", damaged, "--format", "csv"])
    #expect(plan.hasPrefix("table,step,operation,why,files,series,samples,bytes\n\"steps\",1,\""))
    #expect(plan.contains("\ntable,way,start,samplesServed,lost\n"))
    #expect(plan.contains("\n\"ways\",\"discard-head\",\"starts\","))
    let page = try written(["check", damaged, "--format", "markdown"])
    #expect(page.contains(" | the segment before it is number 4 |  | refuses |\n"))
    let policy = try written([
      "policy", data, "--policy", Fixture.testData + "/label-policy.yml", "--format", "markdown",
    ])
    #expect(policy.contains("| severity | rule | file | byte | message | lost | start |"))
    let blocks = try written([
      "surgery", "flush-head", Fixture("sound/rollouts").data, "--format", "csv",
    ])
    #expect(blocks.hasPrefix("block,from,to,series,samples,chunks\n"))
  }

  @Test func `a plan names files of the directory, and not where it was tried`() throws {
    let plan = try written(["surgery", "drop-series", data, "--match", "up", "--format", "csv"])
    #expect(
      plan.contains(
        "0 chunks; a damaged place leaves too: wal/00000000: wal.fragment at byte 4980743: expected 3797"
      ))
    #expect(!plan.contains("/epimetheus-"))
  }

  @Test func `exact CSV is for CSV, and lists of one kind have no tables`() throws {
    #expect(try CommandRunner.run(["diff", data, "--from", "1h", "--exact-csv"]).status == 64)
    #expect(try CommandRunner.run(["ls", data, "segments", "--format", "csv"]).status == 64)
  }
}
