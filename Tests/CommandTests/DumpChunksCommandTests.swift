import TSDBFormat
import TestSupport
import Testing

@Suite struct DumpChunksCommandTests {
  private static let block = "01M7XPVHDBEN0X46Y430AHYY2Q"

  private func lines(_ arguments: [String], status: Int32 = 0) throws -> [Substring] {
    let result = try CommandRunner.run(["dump", "chunks"] + arguments)
    #expect(result.status == status, "\(result.stderr)")
    return result.stdout.split(separator: "\n")
  }

  @Test func `a chunk is a line of text`() throws {
    let lines = try lines([Fixture("states/wal-multi-ref").data, "--blocks"])
    let expected = [
      "01M7XTQMHTGHQMARVJHRZG7F6E/chunks/000001:8", "XOR", "24 samples", "183 B",
      "2026-11-17T00:00:00.000Z to 2026-11-17T00:11:30.000Z", "series 5",
      #"flapper{i="0",job="edge"}"#,
    ]
    #expect(lines.first.map { String($0) } == expected.joined(separator: "  "))
  }

  @Test func `head chunks have the labels that the log gives them`() throws {
    let lines = try lines([Fixture("sound/snapshot-3.14").data, "--head"])
    #expect(lines.count == 190)
    let expected = [
      "chunks_head/000001:8", "XOR2", "149 samples", "804 B",
      "2026-01-01T00:00:00.000Z to 2026-01-01T00:39:45.000Z", "first start known",
      "starts from sample 1", "series 1", #"gen_counter{idx="0",job="tsdbtool"}"#,
    ]
    #expect(lines.first.map { String($0) } == expected.joined(separator: "  "))
  }

  @Test func `samples stand below their chunk`() throws {
    let data = Fixture("sound/snapshot-3.14").data
    let lines = try lines([data, "--head", "--payload", "--match", #"{idx="0"}"#])
    #expect(lines.count { !$0.hasPrefix(" ") } == 63)
    #expect(lines[1] == "  2026-01-01T00:00:00.000Z  87  since 2025-12-31T23:59:50.589Z")
  }

  @Test func `JSON has a line for each chunk, with its header`() throws {
    let lines = try lines([
      Fixture("sound/nh-3.5").data, "--head", "--format", "json", "--match", "nh_int_signed",
    ])
    let expected = [
      #"{"type":"chunk","data":{"source":"head","outOfOrder":false,"#,
      #""address":"chunks_head/000001:195","series":2,"#,
      #""labels":{"__name__":"nh_int_signed","instance":"a:1","job":"nh"},"#,
      #""minTime":"2026-11-17T08:00:00.000Z","maxTime":"2026-11-17T08:19:30.000Z","#,
      #""encoding":"histogram","encodingCode":2,"sampleCount":40,"bytes":135,"#,
      #""counterReset":"notReset"}}"#,
    ]
    #expect(lines.first.map { String($0) } == expected.joined())
  }

  @Test func `times leave out what does not reach into them`() throws {
    let data = Fixture("sound/nh-3.5").data
    let all = try lines([data])
    let early = try lines([data, "--until", "2026-11-17T07:59:59Z"])
    let late = try lines([data, "--since", "2026-11-17T08:00:00Z"])
    #expect(!early.isEmpty && !late.isEmpty)
    #expect(early.count + late.count == all.count)
    #expect(try lines([data, "--since", "0s", "--head"]).count == 1)
  }

  @Test func `a damaged chunk is a finding where it is met, and the others are listed`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    let whole = try lines([copy.data])
    try damage(copy.data + "/\(Self.block)/chunks/000001") { $0.flip(at: 41_017, bit: 4) }
    let result = try CommandRunner.run(["dump", "chunks", copy.data, "--format", "json"])
    #expect(result.status == 1)
    #expect(result.stderr.contains("[chunks.chunk.checksum]"))
    let lines = result.stdout.split(separator: "\n")
    #expect(lines.count == whole.count)
    #expect(lines.count { $0.contains(#""type":"damage""#) } == 1)
    #expect(lines.contains { $0.contains(#""rule":"chunks.chunk.checksum""#) })
  }

  @Test func `an unknown encoding is listed, and its samples are left alone`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/chunks_head/000001") { bytes in
      bytes[32] = 99
      bytes.fixChecksum(of: 8..<82, at: 82)
    }
    let lines = try lines([copy.data, "--head", "--payload", "--format", "json"])
    #expect(lines.first?.contains(#""encoding":"unknown (99)","encodingCode":99"#) == true)
    #expect(lines.first?.hasSuffix(#""samples":[]}}"#) == true)
  }

  @Test func `a chunk whose samples do not decode is listed with those that do`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/chunks_head/000001") { bytes in
      bytes.put([0xff, 0xff], at: 34)
      bytes.fixChecksum(of: 8..<82, at: 82)
    }
    let arguments = ["dump", "chunks", copy.data, "--head", "--payload", "--format", "json"]
    let result = try CommandRunner.run(arguments)
    #expect(result.status == 1)
    #expect(result.stderr.contains("[chunks.data.truncated]"))
    let lines = result.stdout.split(separator: "\n")
    #expect(lines.first?.contains(#""sampleCount":65535"#) == true)
    #expect(lines.first?.contains(#"{"t":1794896985000,"v":1}"#) == true)
    #expect(lines[1].contains(#""type":"damage""#))
  }

  @Test(arguments: [
    (["--head", "--blocks"], "not both"), (["--match", "{"], "selector"),
    (["--since", "yesterday"], "yesterday"), (["--format", "promtool"], "promtool"),
  ])
  func `a wrong command line is refused`(options: [String], words: String) throws {
    let data = Fixture("damaged-base/main").data
    let result = try CommandRunner.run(["dump", "chunks", data] + options)
    #expect(result.status == 64)
    #expect(result.stderr.contains(words), "\(result.stderr)")
  }
}
