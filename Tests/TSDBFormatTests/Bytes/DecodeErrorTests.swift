import TSDBFormat
import Testing

@Suite struct DecodeErrorTests {
  @Test(
    arguments: [
      (.truncated(needed: 4, available: 1), "expected 4 bytes, found 1"),
      (.badMagic(expected: 0xbaaa_d700, found: 0), "expected 0xbaaad700, found 0x00000000"),
      (.unsupportedVersion(found: 9), "expected a known format version, found version 9"),
      (
        .badChecksum(stored: 0, computed: 0x364b_3fb7),
        "expected checksum 0x00000000, found bytes with 0x364b3fb7"
      ),
      (.outOfRange(found: 9, allowed: 0...3), "expected 0 to 3, found 9"),
      (.outOfRange(found: -1, allowed: 0...Int64.max), "expected 0 or more, found -1"),
      (.notAscending(previous: 7, found: 7), "expected more than 7, found 7"),
      (.overlongVarint, "expected a varint of at most 64 bits, found more"),
      (.trailingBytes(count: 3), "expected the end of the structure, found 3 more bytes"),
      (
        .unexpectedFragment(found: 4, after: 1),
        "expected a fragment that may follow a full record, found a last fragment"
      ),
      (.nonZeroPadding(found: 0xab), "expected zeros up to the end of the page, found 0xab"),
      (.unknownCode(found: 77), "expected a known code, found 77"),
      (
        .tooLarge(found: 9, limit: 8, unit: "buckets"),
        "expected at most 8 buckets, more than any server writes here, found 9 or more; not read"
      ),
      (.badCompression(codec: "snappy"), "expected snappy data, found bytes it cannot decompress"),
      (.torn(available: 12), "expected the rest of the record, found 12 bytes of it"),
      (.sequenceGap(expected: 3, found: 5), "expected number 3, found 5"),
      (.missing(what: "the file index"), "expected the file index, found nothing"),
      (.mismatch(what: "series", expected: 4, found: 5), "expected series 4, found 5"),
    ] as [(DecodeError.Problem, String)])
  func `a problem says what was expected and what was found`(
    problem: DecodeError.Problem, words: String
  ) {
    let error = DecodeError(section: .walFragment, offset: 32_791, problem: problem)
    #expect("\(error)" == "wal.fragment at byte 32791: \(words)")
    #expect(error.rule == "wal.fragment.\(problem.code.rawValue)")
  }

  @Test func `a malformed text is described in its own words`() {
    let error = DecodeError(
      section: .meta, offset: 12, problem: .malformed(why: "no closing brace"))
    #expect("\(error)" == "meta at byte 12: no closing brace")
    #expect(error.rule == "meta.malformed")
  }

  @Test func `a place in a decompressed record is told apart from one in the file`() {
    let error = DecodeError(
      section: .seriesRecord, offset: 40, inner: 12, problem: .overlongVarint)
    #expect(
      "\(error)"
        == "record.series at byte 40 (byte 12 of the decompressed record): expected a varint of at most 64 bits, found more"
    )
  }

  @Test func `every section has its own name in lower case`() {
    let names = Section.allCases.map(\.rawValue)
    #expect(Set(names).count == names.count)
    for name in names {
      #expect(name.allSatisfy { $0.isLowercase || "0123456789.-".contains($0) }, "\(name)")
    }
  }
}
