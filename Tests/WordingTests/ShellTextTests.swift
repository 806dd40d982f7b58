import TestSupport
import Testing

@testable import Wording

/// What is quoted is given to real shells, which must give the same bytes back.
@Suite struct ShellTextTests {
  /// The words that a shell makes of `line`, each behind its length.
  private func words(_ line: String, in shell: String) throws -> [String] {
    let script =
      "for word in \(line); do printf '%s' \"$word\" | od -An -v -tx1 | tr -d ' \\n'; echo; done"
    let result = try CommandRunner.run(shell, ["-c", script])
    #expect(result.status == 0, "\(line): \(result.stderr)")
    return result.stdout.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .map(String.init)
  }

  private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private static let texts = [
    "", "plain", "/var/lib/a b", "it's", "'", "''", "\"", "$HOME", "`id`", "$(id)", "!!", "a!b",
    "*", "?",
    "[a]", "~", "~root", "a;b", "a&b", "a|b", "<(x)", "#x", "-x", "--metric", "=x", "\\", "a\\nb",
    "{a,b}",
    "{__name__=\"a:b\",\"c.d\"!=\"\"}", "job:rate:sum", "é", "😀", "%s", "a=b", "\u{a0}",
  ]

  @Test(arguments: ["/bin/sh", "/bin/bash"]) func `a shell reads each word as it was`(shell: String)
    throws
  {
    let line = ShellText.line(Self.texts)
    // An escaped word is for shells that know `$'…'`: bash, zsh, ksh.
    let texts = shell == "/bin/sh" ? Self.texts.filter { $0 != "\u{a0}" } : Self.texts
    let shown = shell == "/bin/sh" ? ShellText.line(texts) : line
    #expect(try words(shown, in: shell) == texts.map { hexadecimal(Array($0.utf8)) })
  }

  @Test func `bytes of any kind are read as they were, and drive no terminal`() throws {
    var random = SeededRandom(seed: 12)
    let all: [[UInt8]] =
      [Array(1...255)]
      + (0..<60).map { _ in
        (0..<Int.random(in: 1...12, using: &random)).map { _ in
          let plain = Array("ab01'\"\\$`!\n\t\r\u{1b}[2J \u{202e}".utf8)
          return Bool.random(using: &random)
            ? UInt8.random(in: 1...255, using: &random)
            : plain.randomElement(using: &random) ?? 0x61
        }
      }
    let line = all.map { ShellText.word($0) }.joined(separator: " ")
    #expect(DisplayText.escaped(line) == line)
    #expect(try words(line, in: "/bin/bash") == all.map(hexadecimal))
  }

  @Test func `plain words stay, and others are quoted`() {
    #expect(ShellText.line(["epimetheus", "ls", "/a/b-c_1.d"]) == "epimetheus ls /a/b-c_1.d")
    #expect(ShellText.word("a b") == "'a b'")
    #expect(ShellText.word("it's") == "'it'\\''s'")
    #expect(ShellText.word([0xff]) == "$'\\377'")
    #expect(ShellText.word("a\nb") == "$'a\\nb'")
  }

  @Test func `what begins with a dash is no option`() {
    #expect(ShellText.path("-dir/x y") == "'./-dir/x y'")
    #expect(ShellText.path("dir") == "dir")
    #expect(ShellText.option("--metric", "-x") == ["--metric=-x"])
    #expect(ShellText.option("--metric", "x") == ["--metric", "x"])
  }
}
