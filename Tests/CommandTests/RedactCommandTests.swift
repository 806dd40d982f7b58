import TestSupport
import Testing

/// `redact` as it is called, and what its copies are good for.
@Suite struct RedactCommandTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private var copy: String { folder.path + "/copy" }

  private func run(_ arguments: String...) throws -> CommandResult {
    try CommandRunner.run(arguments, seconds: 300)
  }

  /// The values of labels that are long enough not to be there by chance.
  private func values(_ directory: String, _ label: String) throws -> Set<String> {
    let result = try run("dump", "series", directory)
    var values: Set<String> = []
    for line in result.stdout.split(separator: "\n") {
      guard let name = line.firstRange(of: label + "=\"") else { continue }
      values.insert(String(line[name.upperBound...].prefix { $0 != "\"" }))
    }
    return values.filter { $0.utf8.count > 8 }
  }

  @Test(arguments: ["plain", "length", "shape"])
  func `an explosion is still one, and no value is left of it`(kind: String) throws {
    let source = Fixture("sound/explosion-small").data
    let result = try run("redact", source, "--output", copy, "--pseudonyms", kind)
    #expect(result.status == 0, "\(result.stderr)")
    #expect(result.stdout.hasPrefix("wrote \(copy)\n"))
    for part in ["365,204 values, 4,326 different ones", "copy.redact-key", "queries.active"] {
      #expect(result.stdout.contains(part), "\(part)")
    }
    let before = try run("dump", "samples", source).stdout.split(separator: "\n").count
    let after = try run("dump", "samples", copy).stdout.split(separator: "\n").count
    #expect(before == after)
    let diagnoses = try [source, copy].map { directory in
      let lines = try run("diagnose", directory).stdout.split(separator: "\n")
      // The job is a value of a label, and so another name.
      return lines.first { $0.contains("values of request_id") }
        .map { [$0.prefix { $0 != "%" }, $0.drop { $0 != ":" }] }
    }
    #expect(diagnoses[0]?.first == "  59,192  100 ")
    #expect(diagnoses[0] == diagnoses[1])
    let all = try ["request_id", "instance"].flatMap { try values(source, $0) }
    #expect(all.count > 100)
    let dump = try run("dump", "records", copy, "--payload").stdout
    let kept = Set(dump.split { "\"{}=, \n".contains($0) }.map(String.init))
    #expect(all.filter(kept.contains) == [])
  }

  @Test func `one label is replaced, and a key gives the same copy again`() throws {
    let incident = try LogDirectory.incident()
    try writeFile(folder.path + "/key", "0123456789abcdef".utf8)
    let options = ["--label", "tenant", "--key", folder.path + "/key", "--format", "json"]
    let first = try CommandRunner.run(["redact", incident.data, "--output", copy] + options)
    #expect(first.status == 0, "\(first.stderr)")
    #expect(first.stdout.contains("\"valuesReplaced\" : 2010"))
    #expect(first.stdout.contains("\"distinctValues\" : 2010"))
    #expect(!exists(copy + ".redact-key"))
    _ = try CommandRunner.run(["redact", incident.data, "--output", copy + "2"] + options)
    let bytes = try readFile(copy + "/wal/00000000")
    #expect(bytes == (try readFile(copy + "2/wal/00000000")))
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("secretjob7"))
    #expect(!text.contains("secrettenant"))
  }

  @Test func `a new key is written beside the copy, and used again`() throws {
    let incident = try LogDirectory.incident()
    #expect(try run("redact", incident.data, "--output", copy + "/").status == 0)
    #expect(try readText(copy + ".redact-key").utf8.count == 65)
    #expect(try permissions(copy + ".redact-key") == 0o600)
    let first = try readFile(copy + "/wal/00000000")
    #expect(try run("redact", incident.data, "--output", copy).status == 2)
    #expect(try run("redact", incident.data, "--output", copy, "--force").status == 0)
    #expect(try readFile(copy + "/wal/00000000") == first)
    #expect(try namesInFolder(folder.path) == ["copy", "copy.redact-key"])
  }

  @Test func `what would tell, or be written in the wrong place, is refused`() throws {
    let incident = try LogDirectory.incident()
    let inside = try run("redact", incident.data, "--output", incident.data + "/copy")
    #expect(inside.status == 2)
    #expect(inside.stderr.contains("lies in the inspected directory"))
    try makeFolder(folder.path + "/outer")
    try copyTree(from: incident.data, to: folder.path + "/outer/data")
    let around = try run(
      "redact", folder.path + "/outer/data", "--output", folder.path + "/outer", "--force")
    #expect(around.status == 2)
    #expect(around.stderr.contains("holds the inspected directory"))
    #expect(exists(folder.path + "/outer/data/wal/00000000"))
    #expect(
      try run("redact", incident.data, "--output", copy, "--label", "__name__").status == 64)
    #expect(
      try run("redact", incident.data, "--output", copy, "--pseudonyms", "none").status == 64)
    #expect(try run("redact", incident.data).status == 64)
  }

  @Test func `what is not as it was is said`() throws {
    let state = try Fixture.damaged("index-bitflip-series")
    let result = try run("redact", state.data, "--output", copy)
    #expect(result.status == 1)
    #expect(result.stdout.contains("Not reproduced\n"))
    #expect(result.stdout.contains("written anew without its damage: index.series.checksum"))
  }

  @Test func `a key that somebody else may know is refused`() throws {
    let incident = try LogDirectory.incident()
    let beside = copy + ".redact-key"
    func refusal() throws -> String {
      let result = try run("redact", incident.data, "--output", copy)
      #expect(result.status == 2)
      #expect(!exists(copy))
      return result.stderr
    }
    try writeFile(beside, "0123456789abcdef".utf8)
    try setPermissions(beside, 0o644)
    #expect(try refusal().contains("take it for a secret, because it belongs to user"))
    try setPermissions(beside, 0o600)
    try move(beside, to: folder.path + "/elsewhere")
    try link(beside, to: folder.path + "/elsewhere")
    #expect(try refusal().contains("take it for a secret, because it is a link"))
    removeTree(beside)
    try makeFolder(beside)
    #expect(try refusal().contains("redact-key"))
    removeTree(beside)
    try move(folder.path + "/elsewhere", to: beside)
    #expect(try run("redact", incident.data, "--output", copy).status == 0)
  }
}
