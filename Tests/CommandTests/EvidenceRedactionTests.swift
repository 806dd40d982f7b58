import TestSupport
import Testing

/// What leaves the house: no value that was to be redacted is anywhere in a bundle.
@Suite struct EvidenceRedactionTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  /// The files below `path` that hold a secret.
  private func holders(in path: String) throws -> [String] {
    let result = try CommandRunner.run("/bin/grep", ["-rlai", "secret", path])
    return result.stdout.split(separator: "\n").map(String.init)
  }

  @Test func `without redaction the values are there`() throws {
    let directory = try LogDirectory.incident()
    let bundle = folder.path + "/bundle"
    let result = try CommandRunner.run(["evidence", directory.data, "--output", bundle])
    #expect(result.status == 1, "\(result.stderr)")
    let report = try readText(bundle + "/report.json")
    #expect(report.contains("secrettenant"))
    #expect(report.contains("\"label\" : \"tenant\""))
  }

  @Test func `no redacted value is anywhere in the bundle`() throws {
    let directory = try LogDirectory.incident()
    let bundle = folder.path + "/bundle"
    let result = try CommandRunner.run([
      "evidence", directory.data, "--output", bundle, "--redact", "--with-series", "--match",
      #"{job="secretjob7",tenant=~"secrettenant.*"}"#,
    ])
    #expect(result.status == 1, "\(result.stderr)")
    #expect(result.stdout == "wrote \(bundle)\nwrote \(bundle).redact-key\n")
    #expect(try holders(in: bundle) == [])
    let report = try readText(bundle + "/report.json")
    #expect(report.contains("\"label\" : \"tenant\""))
    #expect(report.contains("\"metric\" : \"requests_total\""))
    #expect(report.contains("redacted-"))
    let series = try readText(bundle + "/tables/series.csv").split(separator: "\n")
    #expect(series.count == 1 + 10 + 2000)
    #expect(!series.contains { $0.contains("openzone") })
  }

  @Test func `a key gives the same pseudonyms again, another gives others`() throws {
    let directory = try LogDirectory.incident()
    func values(_ name: String, _ options: [String]) throws -> String {
      let bundle = folder.path + "/" + name
      let result = try CommandRunner.run(
        ["evidence", directory.data, "--output", bundle] + options)
      #expect(result.status == 1, "\(result.stderr)")
      return try readText(bundle + "/tables/values.csv")
    }
    try writeFile(folder.path + "/key", "0123456789abcdef".utf8)
    let first = try values("a", ["--redact", "--key", folder.path + "/key"])
    let second = try values("b", ["--redact", "--key", folder.path + "/key"])
    let third = try values("c", ["--redact"])
    #expect(first == second)
    #expect(first != third)
    #expect(!exists(folder.path + "/a.redact-key"))
    #expect(try readText(folder.path + "/c.redact-key").utf8.count == 65)
    #expect(try permissions(folder.path + "/c.redact-key") == 0o600)
    let again = try values("c", ["--redact", "--force"])
    #expect(third == again)
  }

  @Test func `one label is redacted, and the others are not`() throws {
    let directory = try LogDirectory.incident()
    let bundle = folder.path + "/bundle"
    _ = try CommandRunner.run([
      "evidence", directory.data, "--output", bundle, "--redact-label", "tenant", "--with-series",
    ])
    let series = try readText(bundle + "/tables/series.csv")
    #expect(!series.contains("secrettenant"))
    #expect(series.contains("secretjob7"))
    #expect(series.contains("openzone"))
    let result = try CommandRunner.run("/bin/grep", ["-rla", "secrettenant", bundle])
    #expect(result.stdout == "")
  }

  @Test func `what would tell in spite of a redaction is refused`() throws {
    let directory = try LogDirectory.incident()
    let bundle = folder.path + "/bundle"
    func status(_ options: String...) throws -> Int32? {
      try CommandRunner.run(["evidence", directory.data, "--output", bundle] + options).status
    }
    #expect(try status("--redact", "--with-raw") == 64)
    #expect(try status("--redact-label", "__name__") == 64)
    #expect(try status("--redact", "--redact-label", "job") == 64)
    try writeFile(folder.path + "/short", "short".utf8)
    #expect(try status("--redact", "--key", folder.path + "/short") != 1)
    #expect(!exists(bundle))
  }

  @Test func `hostile values come through whole and harmless`() throws {
    let script = Array("</script><script>alert(1)</script>".utf8)
    let values: [[UInt8]] = [
      script, [0xff, 0xfe, 0x41], Array("\u{202e}txet\",\"\n'--".utf8), [0x41, 0, 0x42],
      [UInt8](repeating: 0x78, count: 1 << 16),
    ]
    for (number, value) in values.enumerated() {
      let directory = try LogDirectory.incident(evil: value)
      let bundle = folder.path + "/bundle\(number)"
      let result = try CommandRunner.run([
        "evidence", directory.data, "--output", bundle, "--with-series",
      ])
      #expect(result.status == 1, "\(result.stderr)")
      let html = try readText(bundle + "/report.html")
      #expect(!html.contains("<script>alert"))
      let csv = try readFile(bundle + "/tables/values.csv")
      let quoted = value.flatMap { $0 == UInt8(ascii: "\"") ? [$0, $0] : [$0] }
      #expect(csv.firstRange(of: quoted) != nil)
      guard exists("/usr/bin/sqlite3") else { continue }
      let stored = try CommandRunner.run(
        "/usr/bin/sqlite3",
        [
          bundle + "/evidence.sqlite", "SELECT hex(value) FROM \"values\" WHERE label = 'evil'",
        ])
      let digits = value.map { byte in
        (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
      #expect(stored.stdout == digits.joined() + "\n")
    }
  }
}
