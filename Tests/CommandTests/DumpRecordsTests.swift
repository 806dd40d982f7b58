import TestSupport
import Testing

@Suite struct DumpRecordsTests {
  private static let series = Fixture("sound/st-zstd-3.14").data

  private func lines(_ arguments: [String], status: Int32 = 0) throws -> [Substring] {
    let result = try CommandRunner.run(["dump", "records"] + arguments)
    #expect(result.status == status, "\(result.stderr)")
    return result.stdout.split(separator: "\n")
  }

  @Test func `each record is a flat object on a line`() throws {
    let found = try lines([Self.series + "/wal", "--format", "json"])
    #expect(found.count == 631)
    #expect(
      found.prefix(3) == [
        #"{"file":"00000000","segment":0,"offset":0,"diskBytes":284,"bytes":1693,"compression":"zstd","type":"series","entries":36}"#,
        #"{"file":"00000000","segment":0,"offset":284,"diskBytes":267,"bytes":2091,"compression":"zstd","type":"metadata","entries":55}"#,
        #"{"file":"00000000","segment":0,"offset":551,"diskBytes":329,"bytes":466,"compression":"zstd","type":"samples_v2","entries":33}"#,
      ])
  }

  /// The record that Docs/formats/records.md spells out.
  @Test func `the payload has the entries`() throws {
    let found = try lines([
      Self.series, "--format", "json", "--payload", "--type", "samples_v2",
    ])
    let expected =
      #"{"file":"wal/00000000","segment":0,"offset":22700,"diskBytes":56,"bytes":49,"compression":"none","type":"samples_v2","entries":3,"payload":["#
      + #"{"ref":34,"t":1767226035000,"st":1767225594561,"v":1404},"#
      + #"{"ref":35,"t":1767226035000,"st":1767225821874,"v":933},"#
      + #"{"ref":36,"t":1767226035000,"st":1767225594207,"v":1360}]}"#
    #expect(found.count == 167)
    #expect(found.contains(expected[...]))
  }

  /// A line of `truth/wal-summary.txt`: `# 1(series) records=1 bytes=1693`.
  struct Count: Hashable {
    var type: Substring
    var records: Int
    var bytes: Int
  }

  static let withSummary = (Fixture.all("sound") + Fixture.allOfFullSet("sound")).filter {
    $0.truthNames.contains("wal-summary.txt")
  }

  @Test(arguments: withSummary)
  func `records and bytes of each type are those that Prometheus counts`(fixture: Fixture) throws {
    for folder in ["wal", "wbl"] where fixture.truthNames.contains("\(folder)-summary.txt") {
      let text = String(decoding: try fixture.truth("\(folder)-summary.txt"), as: UTF8.self)
      let truth = text.split(separator: "\n").map { line in
        let parts = line.split { " (=)".contains($0) }
        return Count(type: parts[2], records: Int(parts[4]) ?? -1, bytes: Int(parts[6]) ?? -1)
      }
      var found: [Substring: Count] = [:]
      for line in try lines([fixture.file(folder), "--format", "json"]) {
        let type = try #require(value("type", in: line))
        found[type, default: Count(type: type, records: 0, bytes: 0)].records += 1
        found[type]?.bytes += Int(value("bytes", in: line) ?? "") ?? 0
      }
      #expect(Set(found.values) == Set(truth))
    }
  }

  /// The number or string behind `key`.
  private func value(_ key: String, in line: Substring) -> Substring? {
    line.split(separator: "\"\(key)\":").dropFirst().first?.split { ",}\"".contains($0) }.first
  }

  @Test func `a directory gives checkpoint, log, late log and snapshot, in this order`() throws {
    func files(_ fixture: String) throws -> [Substring] {
      var files: [Substring] = []
      for line in try lines([Fixture(fixture).data, "--format", "json"]) {
        guard let file = value("file", in: line), file != files.last else { continue }
        files.append(file)
      }
      return files
    }
    #expect(
      try files("sound/head-mixed") == [
        "wal/checkpoint.00000002/00000000", "wal/00000003", "wal/00000004", "wal/00000005",
      ])
    #expect(
      try files("sound/snapshot-3.14") == [
        "wal/00000000", "wbl/00000000", "chunk_snapshot.000000.0000327680/00000000",
      ])
  }

  @Test func `damage is a line too, and what stands before it is counted`() throws {
    let copy = try Fixture.damaged("wal-bad-decode-series")
    let found = try lines([copy.data + "/wal", "--format", "json"], status: 1)
    let place = try #require(found.firstIndex { $0.contains(#""type":"damage""#) })
    #expect(
      found[place]
        == #"{"file":"00000005","segment":5,"offset":6014,"type":"damage","lostBytes":163,"recordOffset":154,"rule":"record.series.range","severity":"loss","structure":"record.series","expected":"0 to 1","found":"3","message":"expected 0 to 1, found 3","startup":"truncates"}"#
    )
    #expect(
      found[place - 1]
        == #"{"file":"00000005","segment":5,"offset":6014,"diskBytes":163,"bytes":156,"compression":"none","type":"series","entries":1}"#
    )
    #expect(found.count > place + 100)
  }

  @Test func `a broken fragment is a line between the records around it`() throws {
    let copy = try Fixture("sound/st-zstd-3.14").copy()
    try damage(copy.data + "/wal/00000000") { $0.flip(at: 300) }
    let found = try lines([copy.data + "/wal/00000000", "--format", "json"], status: 1)
    #expect(found.count == 631)
    #expect(value("offset", in: found[1]) == "284")
    #expect(value("rule", in: found[1]) == "wal.fragment.checksum")
    #expect(value("lostBytes", in: found[1]) == "267")
    #expect(value("offset", in: found[2]) == "551")
  }

  @Test func `a record of a type nobody knows has its code`() throws {
    let copy = try Fixture.damaged("wal-unknown-payload-type")
    let found = try lines([copy.data, "--format", "json", "--type", "unknown"])
    #expect(
      found == [
        #"{"file":"wal/00000005","segment":5,"offset":14876,"diskBytes":468,"bytes":461,"compression":"none","type":"unknown","code":99,"entries":0}"#
      ])
    #expect(
      try lines([copy.data, "--type", "unknown"]) == [
        "wal/00000005 at 14876: unknown (type 99), 461 bytes, plain 468"
      ])
  }

  @Test func `only entries of selected series and times are left`() throws {
    let found = try lines([
      Self.series, "--match", #"gen_counter{idx="0"}"#, "--since", "1767226035000",
      "--until", "2026-01-01T00:07:15Z", "--payload",
    ])
    #expect(
      found == [
        "wal/00000000 at 21346: samples_v2, 1 entry, 282 bytes, zstd 221",
        "  ref 1  2026-01-01T00:07:15.000Z  689  since 2026-01-01T00:03:41.072Z",
      ])
  }

  @Test func `the series of a segment's samples are known from the checkpoint before it`() throws {
    let found = try lines([
      Fixture("sound/head-mixed").file("wal/00000004"), "--match", #"{job="edge",city!=""}"#,
      "--payload",
    ])
    #expect(
      found.prefix(2) == [
        "00000004 at 0: samples, 11 entries, 822 bytes, zstd 553",
        "  ref 57  2026-11-17T06:30:00.000Z  22.7385",
      ])
  }

  @Test func `records of a snapshot have names of their own`() throws {
    let data = Fixture("sound/snapshot-3.14").data
    #expect(
      try lines([data, "--type", "snapshot_series", "--payload"]).prefix(3) == [
        "chunk_snapshot.000000.0000327680/00000000 at 0: snapshot_series, 1 entry, 826 bytes, snappy 798",
        #"  ref 1  gen_counter{idx="0",job="tsdbtool"}"#,
        "    XOR2 chunk of 132 samples from 2026-01-01T00:40:00.000Z to 2026-01-01T01:14:45.000Z",
      ])
    let found = try lines([data, "--format", "json", "--type", "snapshot_exemplars"])
    #expect(found.map { value("entries", in: $0) } == ["1438"])
  }

  @Test func `a type that does not exist is a wrong command line`() throws {
    #expect(try CommandRunner.run(["dump", "records", Self.series, "--type", "x"]).status == 64)
  }
}
