import TestSupport
import Testing

@Suite struct ListPartTests {
  private static let main = Fixture("damaged-base/main").data

  private func list(_ arguments: String...) throws -> CommandResult {
    try CommandRunner.run(["ls", Self.main] + arguments)
  }

  @Test func `segments are listed with what is in them`() throws {
    let result = try list("segments", "--limit", "2")
    #expect(result.status == 0)
    #expect(
      result.stdout == """
        wal/checkpoint.00000002/00000000  32 KiB, 1 page, 6 records (series 6; snappy 6)
          first record wal/checkpoint.00000002/00000000:0, last wal/checkpoint.00000002/00000000:1926
        wal/00000003  96 KiB, 3 pages, 201 records (samples 200, series 1; snappy 201)
          samples from 2026-11-17T05:40:00Z to 2026-11-17T06:29:45Z
          first record wal/00000003:0, last wal/00000003:91643

        """)
  }

  @Test func `checkpoints and head chunks are listed`() throws {
    #expect(
      try list("checkpoints").stdout == """
        wal/checkpoint.00000002  1 segment, 32 KiB, 6 records (series 6; snappy 6)

        """)
    #expect(
      try list("chunks-head", "--limit", "1").stdout == """
        chunks_head/000001  128 KiB, 98 chunks, 11,888 samples, series refs 1 to 75
          samples from 2026-11-17T06:00:00Z to 2026-11-17T06:59:45Z; XOR 98

        """)
  }

  @Test func `series, labels, values and metrics can be chosen`() throws {
    let selector = #"edge_special_value{kind="nan"}"#
    let series = try list(
      "series", "--match", selector, "--block", "01M7XPVHDBEN0X46Y430AHYY2Q")
    #expect(
      series.stdout == """
        01M7XPVHDBEN0X46Y430AHYY2Q/index#series/100  2026-11-17T02:00:00.000Z  \
        2026-11-17T03:59:45.000Z  4 chunks  \
        edge_special_value{instance="édge-01:80",job="edge",kind="nan"}

        """)
    #expect(
      try list("labels", "--match", selector).stdout == """
        __name__  1 value, 1 series
        instance  1 value, 1 series
        job  1 value, 1 series
        kind  1 value, 1 series

        """)
    #expect(
      try list("values", "--label", "job", "--match", selector).stdout == "edge  1 series\n")
    #expect(try list("metrics", "--match", selector).stdout == "edge_special_value  1 series\n")
  }

  @Test func `JSON is one object a line`() throws {
    let result = try list("metrics", "--limit", "2", "--format", "json")
    #expect(
      result.stdout == """
        {"data":{"series":1,"value":"build_info"},"type":"metric"}
        {"data":{"series":1,"value":"edge_constant"},"type":"metric"}

        """)
    let series = try list("series", "--limit", "1", "--format", "json")
    #expect(
      series.stdout == """
        {"data":{"addresses":["01M7XPVH3PN49ESJ7YTJHY4RM5/index#series/82"],"chunks":4,\
        "labels":{"__name__":"build_info","instance":"10.0.166.1:9090","job":"checkout-service",\
        "revision":"deadbeef","version":"1.2.3"},"maxTime":"2026-11-17T01:59:45.000Z",\
        "minTime":"2026-11-17T00:00:00.000Z"},"type":"series"}

        """)
  }

  @Test func `damage is said where it is, and makes the status 1`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/wal/00000005") { $0.flip(at: 14903, bit: 3) }
    let result = try CommandRunner.run(["ls", copy.data, "segments"])
    #expect(result.status == 1)
    #expect(result.stdout.contains("  damage  wal/00000005 at byte 14876"))
    #expect(result.stderr.contains("[wal.fragment.checksum]"))
  }

  @Test(arguments: [
    ["--limit", "5"], ["series", "--format", "promtool"], ["values"], ["labels", "--label", "job"],
    ["segments", "--match", "up"], ["segments", "--block", "x"], ["nonsense"],
    ["series", "--limit", "0"],
  ])
  func `options that say nothing are refused`(arguments: [String]) throws {
    let result = try CommandRunner.run(["ls", Self.main] + arguments)
    #expect(result.status == 64)
    #expect(result.stdout == "")
  }
}
