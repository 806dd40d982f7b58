import Glibc
import TestSupport
import Testing

/// The transcripts in README.md are what the commands print.
///
/// A transcript stands between `<!-- transcript -->` and `<!-- /transcript -->`: a code block whose
/// first line is `$ epimetheus …`, the rest what came out on stdout, then on stderr.
@Suite struct ReadmeTests {
  struct Transcript: Sendable, CustomStringConvertible {
    let command: String
    let output: String
    var description: String { command }
  }

  static let root = Fixture.repository

  static let transcripts: [Transcript] = {
    guard let bytes = try? readFile(root + "/README.md") else { return [] }
    let parts = String(decoding: bytes, as: UTF8.self).split(separator: "<!-- transcript -->")
    return parts.dropFirst().compactMap { part in
      guard let block = part.split(separator: "```console\n$ ").dropFirst().first,
        let body = block.split(separator: "```").first,
        let end = body.firstIndex(of: "\n")
      else { return nil }
      return Transcript(
        command: String(body[..<end]), output: String(body[body.index(after: end)...]))
    }
  }()

  @Test func `there are transcripts to check`() {
    #expect(Self.transcripts.count >= 3)
  }

  @Test(arguments: transcripts)
  func `a transcript is what the command prints`(transcript: Transcript) throws {
    try #require(chdir(Self.root) == 0)
    let arguments = transcript.command.split(separator: " ").dropFirst().map(String.init)
    let result = try CommandRunner.run(arguments)
    #expect(withoutTimes(result.stdout + result.stderr) == withoutTimes(transcript.output))
  }

  /// Modification times of files, their owners and their modes are not kept by git.
  private func withoutTimes(_ text: String) -> String {
    text.replacing(#/\d{4}-\d\d-\d\dT[0-9:.]+Z/#, with: "TIME")
      .replacing(#/, of (root|user \d+), mode \d+/#, with: ", of USER")
  }
}
