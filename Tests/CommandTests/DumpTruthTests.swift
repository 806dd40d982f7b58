import TestSupport
import Testing

/// All samples of a directory against what servers and promtool printed of it, by the hash of all lines
/// in order (`*.digest.txt`), or line by line.
@Suite struct DumpTruthTests {
  /// What promtool printed once the directory was in order.
  struct Truth: CustomTestStringConvertible, Sendable {
    let fixture: Fixture
    let name: String

    var testDescription: String { "\(fixture.name)/\(name)" }
    /// The released promtools lose native histograms; then floats alone are compared.
    var isFloatsOnly: Bool {
      name.contains("-floats.") || !name.contains("digest") && name.contains("-3.5.3-")
        || name.contains("-2.53.3-dump.txt")
    }

    init?(_ fixture: Fixture, _ file: String) {
      let name = file.hasSuffix(".gz") ? String(file.dropLast(3)) : file
      let isDump =
        name.contains("promtool-") && name.contains("-dump") || name.hasPrefix("promtool-dump")
      guard isDump, name.hasSuffix(".txt"), !name.contains("openmetrics"),
        !name.contains("stderr")
      else { return nil }
      // Without a `wal` folder, and on a torn WAL, promtool prints nothing. It leaves out what follows
      // a change from histograms to floats, and what lies before the end of a block of late samples.
      let hasNone = ["blocks-3.5-segments", "explosion-small", "explosion-enospc"]
      if hasNone.contains(where: fixture.name.hasSuffix), !name.hasPrefix("after-repair") {
        return nil
      }
      let isPart =
        fixture.name.contains("sound/nh-") || fixture.name.hasSuffix("all-encodings-3.14")
      if isPart { return nil }
      self.fixture = fixture
      self.name = name
    }

    static let all = (Fixture.all("sound") + Fixture.allOfFullSet("sound")).flatMap { fixture in
      fixture.truthNames.compactMap { Truth(fixture, $0) }
    }

    /// Hash of the sorted lines.
    func hash() throws -> String {
      let text = try #require(try fixture.truthText(name))
      if name.contains("digest") {
        let line = text.split(separator: "\n").first { $0.hasPrefix("sha256") }
        return line.flatMap { $0.split(separator: " ").last }.map(String.init) ?? ""
      }
      let folder = try TemporaryDirectory()
      try writeFile(folder.path + "/dump", Array(text.utf8))
      return try DumpTruthTests.hash(of: "cat \(folder.path)/dump", isFloatsOnly: isFloatsOnly)
    }
  }

  /// The hash of what a command prints, its lines sorted.
  private static func hash(of command: String, isFloatsOnly: Bool) throws -> String {
    let filter = isFloatsOnly ? "| grep -v '} {'" : ""
    let result = try CommandRunner.run(
      "/bin/sh", ["-c", "\(command) \(filter) | LC_ALL=C sort | sha256sum"], seconds: 300)
    return String(result.stdout.prefix(64))
  }

  @Test(arguments: Truth.all) func `all samples are those that promtool printed`(
    truth: Truth
  ) throws {
    let dump =
      "'\(CommandRunner.executable)' dump samples '\(truth.fixture.data)' --format promtool"
    #expect(try Self.hash(of: dump, isFloatsOnly: truth.isFloatsOnly) == truth.hash())
  }

  @Test(arguments: ["sound/snapshot-3.14", "sound/ooo-3.5", "sound/st-zstd-3.14"])
  func `a little memory, and a memory snapshot, give the same`(name: String) throws {
    let data = Fixture(name).data
    let dump = "'\(CommandRunner.executable)' dump samples '\(data)' --format promtool"
    let whole = try Self.hash(of: dump, isFloatsOnly: false)
    #expect(try Self.hash(of: dump + " --max-memory 16KiB", isFloatsOnly: false) == whole)
    #expect(try Self.hash(of: dump + " --memory-snapshot", isFloatsOnly: false) == whole)
    #expect(try Self.hash(of: dump + " --jobs 1", isFloatsOnly: false) == whole)
    #expect(try Self.hash(of: dump + " --blocks", isFloatsOnly: false) != whole)
  }
}
