import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@Suite struct BlockMetaTests {
  static let complete = """
    {
      "ulid": "01M7XRV3MV3F5KKPGDHMEHTQY8",
      "minTime": 1794765600000,
      "maxTime": 1794783540001,
      "stats": {"numSamples": 4800, "numSeries": 16, "numChunks": 48, "numTombstones": 2,
        "numFloatSamples": 4700, "numHistogramSamples": 100},
      "compaction": {
        "level": 2, "deletable": true, "failed": true, "hints": ["from-out-of-order"],
        "sources": ["01M7XRV2GG3H3PZC9VYZHED2RY"],
        "parents": [{"ulid": "01M7XRV2HBQV1KA4F7FX3RSF3S", "minTime": -5, "maxTime": 7}]
      },
      "version": 1,
      "thanos": {"labels": {"replica": "a}\\"b"}, "downsample": {"resolution": 0}},
      "out_of_order": true
    }
    """

  func decode(_ json: String) throws -> BlockMeta {
    try BlockMeta(json: Array(json.utf8))
  }

  @Test func `every field is read`() throws {
    let meta = try decode(Self.complete)
    #expect(meta.ulid.description == "01M7XRV3MV3F5KKPGDHMEHTQY8")
    #expect(meta.minTime == 1_794_765_600_000)
    #expect(meta.maxTime == 1_794_783_540_001)
    #expect(
      meta.stats
        == BlockMeta.Stats(
          numSamples: 4800, numFloatSamples: 4700, numHistogramSamples: 100, numSeries: 16,
          numChunks: 48, numTombstones: 2))
    #expect(meta.compaction.level == 2)
    #expect(meta.compaction.deletable)
    #expect(meta.compaction.failed)
    #expect(meta.compaction.isOutOfOrder)
    #expect(meta.compaction.sources.map(\.description) == ["01M7XRV2GG3H3PZC9VYZHED2RY"])
    #expect(meta.compaction.parents.map(\.minTime) == [-5])
  }

  /// Docs/formats/meta.md shows this file.
  @Test func `a real file is read from disk`() throws {
    let block = Fixture("damaged-base/main").data + "/01M7XPVH3PN49ESJ7YTJHY4RM5"
    let ulid = try #require(ULID("01M7XPVH3PN49ESJ7YTJHY4RM5"))
    #expect(
      try BlockMeta.read(path: block + "/meta.json")
        == BlockMeta(
          ulid: ulid, minTime: 1_794_873_600_000, maxTime: 1_794_880_800_000,
          stats: BlockMeta.Stats(
            numSamples: 24480, numSeries: 55, numChunks: 208, numTombstones: 1),
          compaction: BlockMeta.Compaction(level: 1, sources: [ulid])))
  }

  @Test func `what Thanos and Mimir add is kept as it is written`() throws {
    let meta = try decode(Self.complete)
    #expect(meta.extras.map(\.key) == ["thanos", "out_of_order"])
    #expect(
      meta.thanos
        == #"{"labels": {"replica": "a}\"b"}, "downsample": {"resolution": 0}}"#)
    #expect(meta.extras.last?.json == "true")
  }

  @Test func `missing numbers are zero`() throws {
    let meta = try decode(#"{"ulid":"01M7XRV3MV3F5KKPGDHMEHTQY8","version":1,"stats":null}"#)
    #expect(meta.minTime == 0)
    #expect(meta.stats == BlockMeta.Stats())
    #expect(meta.compaction == BlockMeta.Compaction())
  }

  @Test func `a block of Prometheus 2 point 1 says version 2`() throws {
    #expect(try decode(#"{"ulid":"01M7XRV3MV3F5KKPGDHMEHTQY8","version":2}"#).version == 2)
  }

  @Test(arguments: [
    (#"{"ulid":"01M7XRV3MV3F5KKPGDHMEHTQY8","version":3}"#, "meta.version"),
    (#"{"ulid":"01M7XRV3MV3F5KKPGDHMEHTQY8"}"#, "meta.version"),
    (#"{"ulid":"01M7XRV3MV3F5KKPGDHMEHTQY8","version":-1}"#, "meta.version"),
    ("", "meta.truncated"), ("{", "meta.truncated"), ("[]", "meta.malformed"),
    ("null", "meta.malformed"), (#"{"version":1} x"#, "meta.trailing-bytes"),
    (#"{"version":1}"# + "\0\0", "meta.trailing-bytes"),
    (#"{"version":1,"minTime":1e400}"#, "meta.malformed"),
    (#"{"version":1,"minTime":99999999999999999999}"#, "meta.malformed"),
    (#"{"version":1,"minTime":"1"}"#, "meta.malformed"),
    (#"{"version":1,"stats":{"numSeries":-1}}"#, "meta.malformed"),
    (#"{"version":1,"ulid":"short"}"#, "meta.malformed"),
    (#"{"version":1,"compaction":{"sources":["x"]}}"#, "meta.malformed"),
    (#"{"version":1,}"#, "meta.malformed"), (#"{"version" 1}"#, "meta.malformed"),
    (#"{"version":1 "ulid":2}"#, "meta.malformed"), (#"{"version":nonsense}"#, "meta.malformed"),
  ])
  func `a bad file gives a typed failure`(json: String, rule: String) {
    #expect {
      try decode(json)
    } throws: { error in
      (error as? DecodeError)?.rule == rule
    }
  }

  @Test func `a failure says at which byte`() {
    #expect(
      throws: DecodeError(
        section: .meta, offset: 13,
        problem: .malformed(why: "not JSON: expected a comma or the end of the list, found ';'"))
    ) {
      try decode(#"{"version":1 ;"ulid":2}"#)
    }
  }

  @Test func `deep nesting neither crashes nor hangs`() {
    let deep = #"{"version":1,"x":"# + String(repeating: "[", count: 200_000)
    #expect(throws: DecodeError.self) { try decode(deep) }
    let closed =
      #"{"version":1,"x":"# + String(repeating: "[", count: 200_000)
      + String(repeating: "]", count: 200_000) + "}"
    #expect(throws: DecodeError.self) { try decode(closed) }
  }

  @Test func `every shorter file is refused`() {
    let bytes = Array(Self.complete.utf8)
    for count in 0..<bytes.count {
      #expect(throws: DecodeError.self) { try BlockMeta(json: Array(bytes[..<count])) }
    }
  }

  @Test func `no flipped bit crashes`() {
    let bytes = Array(Self.complete.utf8)
    var refused = 0
    for index in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[index] ^= 1 << bit
        do {
          _ = try BlockMeta(json: damaged)
        } catch {
          refused += 1
        }
      }
    }
    #expect(refused > bytes.count)
  }

  /// What Go's encoding/json makes of a meta.json: asked of promtool 2.42.0, 2.53.3 and 3.5.3, which agree
  /// (`tsdb list`; a file that it does not read is not listed).
  @Test(arguments: [
    (#""minTime": 5.0"#, false), (#""minTime": 1e3"#, false), (#""minTime": null"#, true),
    (#""minTime": "5""#, false), (#""minTime": -0"#, true), (#""minTime": 01"#, false),
    (#""minTime": +1"#, false), (#""minTime": .5"#, false), (#""minTime": 1."#, false),
    (#""minTime": 9223372036854775807"#, true), (#""minTime": 9223372036854775808"#, false),
    (#""MINTIME": 7"#, true), (#""MINTIME": 7.5"#, false), (#""version": 1.0"#, false),
    (#""version": null"#, true), (#""version": 3"#, false), (#""VERSION": 7"#, false),
    ("\"ver\u{17f}ion\": 7", false), (#""v\u0065rsion": 7"#, false),
    (#""version": 7, "version": 1"#, true), (#""stats": {"numSamples": -1}"#, false),
    (#""stats": {"numSamples": -0}"#, false), (#""stats": null"#, true), (#""stats": []"#, false),
    (#""compaction": {"deletable": 0}"#, false), (#""compaction": {"deletable": null}"#, true),
    (#""compaction": {"level": 1.0}"#, false), (#""compaction": {"sources": "x"}"#, false),
    (#""compaction": {"sources": ["ABC"]}"#, false), (#""compaction": {"sources": [null]}"#, true),
    (#""compaction": {"sources": [1]}"#, false), (#""compaction": {"parents": {}}"#, false),
    (#""compaction": {"parents": [null]}"#, true), (#""compaction": {"hints": [1]}"#, false),
    (#""x": 1e400"#, true), (#""x": "\q""#, false), (#""x": "\ud800""#, true),
    ("\"x\": \"\t\"", false), (#""x": tru"#, false), (#""x": NaN"#, false),
    (#""ulid": 5"#, false), (#""ulid": null"#, true), (#""ulid": "ABC""#, false),
    (#""x": 1,"#, false), (#""x": 1} x"#, false),
    ("\"x\": " + String(repeating: "[", count: 9_000) + String(repeating: "]", count: 9_000), true),
    (
      "\"x\": " + String(repeating: "[", count: 10_001) + String(repeating: "]", count: 10_001),
      false
    ),
  ])
  func `a meta.json is taken and refused as by Go`(member: String, isTaken: Bool) throws {
    let json = #"{"ulid": "01M7XRV3MV3F5KKPGDHMEHTQY8", "minTime": 1, "maxTime": 2, "version": 1, "#
    let meta = try? decode(json + member + "}")
    #expect((meta != nil) == isTaken)
  }

  @Test func `the last of two members counts, and objects of one key are one`() throws {
    let meta = try decode(
      """
      {"ulid": "01M7XRV3MV3F5KKPGDHMEHTQY8", "MaxTime": 9, "version": 1, "maxtime": null,
       "stats": {"numSeries": 3, "numChunks": 1}, "STATS": {"numSeries": 4},
       "compaction": {"hints": ["a", "b"], "HINTS": ["c"]}}
      """)
    #expect(meta.maxTime == 9)
    #expect(meta.stats == BlockMeta.Stats(numSeries: 4, numChunks: 1))
    #expect(meta.compaction.hints == ["c"])
    #expect(meta.extras == [])
  }
}
