import TestSupport
import Testing

/// The example of the documentation is a program that is built with the tests.
@Suite struct ExampleTests {
  private static let source = Fixture.repository + "/Tests/Examples/ReadBlock/main.swift"

  @Test func `the article shows the program that is built`() throws {
    let article = try readText(
      Fixture.repository + "/Sources/TSDBStore/TSDBStore.docc/ReadingABlock.md")
    let program = try readText(Self.source)
    #expect(article.contains("```swift\n" + program + "```\n"))
  }

  /// `ls` says of the block that it has 289 series and 579 chunks; a value of one of them holds a line break.
  @Test func `it prints the series of a block`() throws {
    let block = Fixture("sound/explosion-blocks").data + "/01M7XRWH46PDDM6BW2NTQ7K0TN"
    let program = try #require(CommandRunner.built("read-block"))
    let result = try CommandRunner.run(program, [block])
    #expect(result.status == 0)
    let lines = result.stdout.split(separator: "\n")
    #expect(lines.count == 290)
    #expect(
      lines.first == "__name__=app_gauge_000 instance=10.0.107.1:9090 job=api-gateway 2 chunks")
    let chunks = lines.compactMap { Int($0.split(separator: " ").dropLast().last ?? "") }
    #expect(chunks.reduce(0, +) == 579)
  }
}
