import TestSupport
import Testing

@Suite struct ShowCommandTests {
  private static let main = Fixture("damaged-base/main").data
  private static let block = "01M7XPVHDBEN0X46Y430AHYY2Q"

  private func show(_ address: String, _ options: String...) throws -> CommandResult {
    try CommandRunner.run(["show", Self.main, address] + options)
  }

  @Test func `an index header is shown field by field`() throws {
    let result = try show("\(Self.block)/index#header")
    #expect(result.status == 0)
    #expect(
      result.stdout == """
        index header  01M7XPVHDBEN0X46Y430AHYY2Q/index:0

        index header
          offset  bytes  field
               0      4  magic    0xbaaad700
               4      1  version  2

        """)
  }

  @Test func `a hexdump puts each byte beside its field`() throws {
    let result = try show("\(Self.block)/chunks/000001:8", "--hex", "--limit", "8")
    #expect(result.status == 0)
    #expect(
      result.stdout
        == """
        chunk  01M7XPVHDBEN0X46Y430AHYY2Q/chunks/000001:8

        chunk
          00000008    30                                               0                 length  48
          00000009    01                                               .                 encoding  1 (XOR)
                                                                                         data
          0000000a    00 78                                            .x                  samples  120
                                                                                           sample 0  2026-11-17T02:00:00.000Z  1
          0000000c    80 94 dc f3 bc 68                                .....h                time  2026-11-17T02:00:00.000Z (1794880800000)
          00000012    3f f0 00 00 00 00 00 00                          ?.......              value  1
                                                                                           sample 1  2026-11-17T02:00:15.000Z  1
          0000001a    98 75                                            .u                    delta  2026-11-17T02:00:15.000Z (+15000)
                                                                                             value  1
          0000001c.0  0                                                                        same as before
                                                                                           sample 2  2026-11-17T02:00:30.000Z  1
          0000001c.1  0                                                                      delta of delta  2026-11-17T02:00:30.000Z (+0)
                                                                                             value  1
          0000001c.2  0                                                                        same as before
          0000001c.3  0000000000000000000000000000000000000000000000…                      not shown
          0000003a    49 bf 5e 37                                      I.^7              checksum  0x49bf5e37, true

        """)
  }

  @Test func `a compressed record is shown on disk and decompressed`() throws {
    let result = try show("wal/00000003:100", "--limit", "8")
    #expect(result.status == 0)
    #expect(
      result.stdout == """
        record  wal/00000003:0
          type           samples
          compression    snappy
          fragments      1
          bytes on disk  457
          plain bytes    531

        fragments
          offset  bytes  field
               0    457  fragment
               0      1    type      9 (full, snappy)
               1      2    length    450
               3      4    checksum  0xad6fabf5, true
               7    450    data

        record  decompressed; offsets count inside it
          offset  bytes  field
               0      1  type       2 (samples)
               1      8  base ref   1
               9      8  base time  2026-11-17T05:40:00.000Z (1794894000000)
              17     10  sample     ref 1  2026-11-17T05:40:00.000Z  1
              27     10  sample     ref 2  2026-11-17T05:40:00.000Z  0.0156
              37    494  not shown

        """)
  }

  @Test func `JSON has every field with its place`() throws {
    let result = try show("\(Self.block)/index#header", "--format", "json", "--hex")
    #expect(result.status == 0)
    for part in [
      #""kind" : "index header""#, #""schemaVersion" : 2"#, #""name" : "magic""#,
      #""value" : "0xbaaad700""#, #""hex" : "baaad700""#, #""offset" : 4"#, #""length" : 1"#,
    ] { #expect(result.stdout.contains(part), "\(part)\n\(result.stdout)") }
  }

  @Test func `a series is shown with all its places`() throws {
    let result = try show("#ref/83")
    #expect(result.status == 0)
    #expect(
      result.stdout.hasPrefix(
        """
        series  pod_metric_1_total{container="app",job="kubelet",namespace="shop",pod="checkout-8424f787-81793"}
          refs  83
          Defined by
            wal/00000006:88286
          Samples in the log
            samples  records  first record        last record          from                      to
        """), "\(result.stdout)")
    let json = try show(#"#series/{__name__="build_info"}"#, "--format", "json")
    #expect(json.status == 0)
    #expect(json.stdout.contains(#""definitions" : ["#))
  }

  @Test(arguments: [
    (["show", main, "wal/00000099"], Int32(2), "no such file or folder"),
    (["show", main, "nowhere/at:5"], 2, "No such file or directory"),
    (["show", main, "wal/00000003#toc"], 2, "a segment has bytes and pages"),
    (["show", main, "wal/00000003#nowhere"], 64, "there is no place #nowhere"),
    (["show", main, #"#series/{"#], 64, "selector"),
    (["show"], 64, "Missing expected argument"),
    (["show", main, "wal", "--limit", "0"], 64, "--limit takes a number from 1 on"),
  ])
  func `what is not there is one clear sentence`(
    arguments: [String], status: Int32, words: String
  ) throws {
    let result = try CommandRunner.run(arguments)
    #expect(result.status == status)
    #expect((result.stdout + result.stderr).contains(words), "\(result.stdout)\(result.stderr)")
  }

  @Test(arguments: DamageRecipe.all)
  func `what findings name can be shown`(recipe: DamageRecipe) throws {
    let copy = try Fixture("damaged-base/main").copy()
    try recipe.spoil(copy.data)
    let result = try CommandRunner.run(["diagnose", copy.data])
    let places = result.stdout.split(separator: "\n").compactMap { line -> String? in
      guard line.hasPrefix("  damage  ") else { return nil }
      return String(line.dropFirst("  damage  ".count))
    }
    for place in places {
      for options in [[], ["--hex"], ["--format", "json"]] {
        let shown = try CommandRunner.run(["show", copy.data, place] + options)
        // What is wrong with some is that they are not there.
        let isMissing = shown.stderr.contains("no such file or folder")
        #expect(
          isMissing ? shown.status == 2 : [0, 1].contains(shown.status),
          "\(place): \(shown.ending) \(shown.stderr)")
      }
    }
  }

  @Test(arguments: ["series", "symbols", "segments", "checkpoints", "chunks-head"])
  func `what ls prints can be shown`(kind: String) throws {
    for name in ["damaged-base/main", "sound/snapshot-3.14", "sound/ooo-3.5"] {
      let data = Fixture(name).data
      let listed = try CommandRunner.run(["ls", data, kind])
      let lines = listed.stdout.split(separator: "\n").filter { !$0.hasPrefix(" ") }
      for line in lines.enumerated().filter({ $0.offset % 40 == 0 }).map(\.element) {
        let address = String(line.prefix { $0 != " " })
        let shown = try CommandRunner.run(["show", data, address])
        #expect([0, 1].contains(shown.status), "\(address): \(shown.ending) \(shown.stderr)")
      }
    }
  }
}
