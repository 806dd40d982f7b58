import TestSupport
import Testing

/// `dump exemplars`, `dump metadata`, `dump tombstones`.
@Suite struct DumpNotesTests {
  private func lines(_ arguments: [String]) throws -> [Substring] {
    let result = try CommandRunner.run(["dump"] + arguments)
    #expect(result.status == 0, "\(result.stderr)")
    return result.stdout.split(separator: "\n")
  }

  @Test func `exemplars stand under their series, by time`() throws {
    let data = Fixture("sound/st-zstd-3.14").data
    #expect(try lines(["exemplars", data, "--format", "json"]).count == 3526)
    let selected = ["exemplars", data, "--match", #"gen_counter{idx="0"}"#]
    #expect(
      try lines(selected).prefix(3) == [
        #"gen_counter{idx="0",job="tsdbtool"}"#,
        #"  2026-01-01T00:00:00.000Z  0.4377141871869802  {trace_id="d5104dc76695721d"}"#,
        #"  2026-01-01T00:01:45.000Z  0.6136977775569219  {trace_id="c2397fcf22cadd11"}"#,
      ])
    #expect(
      try lines(selected + ["--until", "1767225600000", "--format", "json"]) == [
        #"{"type":"exemplar","data":{"series":{"__name__":"gen_counter","idx":"0","job":"tsdbtool"},"t":1767225600000,"v":0.4377141871869802,"labels":{"trace_id":"d5104dc76695721d"}}}"#
      ])
    #expect(
      try lines(selected + ["--until", "1767225600000", "--format", "csv"]) == [
        "series,time,value,labels",
        #""{__name__=""gen_counter"", idx=""0"", job=""tsdbtool""}",2026-01-01T00:00:00.000Z,0.4377141871869802,"{trace_id=""d5104dc76695721d""}""#,
      ])
  }

  @Test func `exemplars of log and snapshot are the same ones`() throws {
    let copy = try Fixture("sound/snapshot-3.14").copy()
    let both = try lines(["exemplars", copy.data])
    #expect(try lines(["exemplars", copy.data, "--format", "json"]).count == 1438)
    removeTree(copy.data + "/chunk_snapshot.000000.0000327680")
    #expect(try lines(["exemplars", copy.data]) == both)
  }

  @Test func `a snapshot without the records before it has what it needs`() throws {
    let copy = try Fixture("sound/snapshot-3.14").copy()
    let exemplars = try lines(["exemplars", copy.data])
    let tombstones = try lines(["tombstones", copy.data, "--head"])
    try writeFile(copy.data + "/wal/00000000", [])
    #expect(try lines(["exemplars", copy.data]) == exemplars)
    #expect(try lines(["tombstones", copy.data, "--head"]) == tombstones)
    #expect(tombstones.count == 13)
    // A log that ends before the snapshot makes a server remove that.
    removeTree(copy.data + "/wal/00000000")
    #expect(try lines(["exemplars", copy.data]) == [])
  }

  @Test func `metadata is what was said last`() throws {
    let data = Fixture("sound/head-mixed").data
    let selected = ["metadata", data, "--match", "meta_gauge"]
    #expect(
      try lines(selected) == [
        #"meta_gauge{job="rw2",x="1"}  gauge  unit "bytes"  help "CHANGED help.""#
      ])
    #expect(
      try lines(selected + ["--format", "json"]) == [
        #"{"type":"metadata","data":{"labels":{"__name__":"meta_gauge","job":"rw2","x":"1"},"metricType":"gauge","unit":"bytes","help":"CHANGED help."}}"#
      ])
    #expect(
      try lines(selected + ["--format", "csv"]) == [
        "series,type,unit,help",
        #""{__name__=""meta_gauge"", job=""rw2"", x=""1""}",gauge,"bytes","CHANGED help.""#,
      ])
  }

  @Test func `tombstones of blocks have the labels of the index`() throws {
    let data = Fixture("damaged-base/main").data
    let found = try lines(["tombstones", data])
    #expect(
      found == [
        "block 01M7XPVH3PN49ESJ7YTJHY4RM5",
        #"  2026-11-17T00:50:00.000Z to 2026-11-17T01:40:00.000Z  edge_constant{instance="édge-01:80",job="edge"}"#,
      ])
    #expect(try lines(["tombstones", data, "--head"]) == [])
    #expect(try lines(["tombstones", data, "--since", "2026-11-17T01:40:00.001Z"]) == [])
  }

  @Test func `tombstones of the head come behind those of blocks`() throws {
    let data = Fixture("sound/head-mixed").data
    #expect(
      try lines(["tombstones", data, "--format", "csv"]) == [
        "block,ref,series,minTime,maxTime",
        #""",58,"{__name__=""edge_temperature_celsius"", city=""東京"", instance=""édge-01:80"", job=""edge""}",2026-11-17T06:50:00.000Z,2026-11-17T07:10:00.000Z"#,
      ])
    #expect(try lines(["tombstones", data, "--blocks"]) == [])
  }
}
