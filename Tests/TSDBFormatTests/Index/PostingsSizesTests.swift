import TSDBFormat
import TestSupport
import Testing

/// How many series each label has, by where the lists stand. Sections are put together by hand.
@Suite struct PostingsSizesTests {
  private func section(_ body: [UInt8]) -> [UInt8] {
    bigEndianBytes(UInt32(body.count)) + body + bigEndianBytes(crc32c(body.rawBytes))
  }

  /// An index of nothing but lists of so many series, with so many bytes of zeros behind each, and the table of them:
  /// the first is that of all series, the others are those of `a="0"`, `a="1"` and so on. `edit` changes a list.
  private func build(
    _ counts: [Int], gap: Int = 0, edit: (Int, inout [UInt8]) -> Void = { _, _ in }
  ) -> [UInt8] {
    var bytes: [UInt8] = [0xba, 0xaa, 0xd7, 0x00, 2, 0, 0, 0]
    var entries: [UInt8] = []
    for (number, count) in counts.enumerated() {
      let label: [UInt8] = number == 0 ? [0, 0] : [1, 0x61, 1, 0x2f + UInt8(number)]
      entries += [2] + label + [UInt8(bytes.count & 0x7f) | 0x80, UInt8(bytes.count >> 7)]
      var list = bigEndianBytes(UInt32(count)) + [UInt8](repeating: 7, count: 4 * count)
      list = section(list)
      edit(number, &list)
      bytes += list + [UInt8](repeating: 0, count: gap)
    }
    let table = bytes.count
    bytes += section(bigEndianBytes(UInt32(counts.count)) + entries)
    let contents = [5, 5, 8, table, 8, table].flatMap { bigEndianBytes(UInt64($0)) }
    return bytes + contents + bigEndianBytes(crc32c(contents.rawBytes))
  }

  private func read(
    _ bytes: [UInt8], _ source: PostingsSizes.Source
  ) throws -> (labels: [String], disagrees: Bool) {
    let contents = try IndexTOC(of: bytes.rawBytes)
    var sizes = try PostingsSizes(of: bytes.rawBytes, contents: contents, from: source)
    var labels: [String] = []
    while let entry = try sizes.next() {
      let (name, value) = ([UInt8](entry.name), [UInt8](entry.value))
      let again = try PostingsOffsetTable.entry(at: entry.offset, of: bytes.rawBytes)
      #expect([UInt8](again.name) == name && [UInt8](again.value) == value)
      labels.append(String(decoding: name + [0x3d] + value, as: UTF8.self) + " \(entry.series)")
    }
    return (labels, sizes.disagrees)
  }

  @Test(arguments: [PostingsSizes.Source.places, .lists])
  func `each list has as many series as fit before the next`(source: PostingsSizes.Source) throws {
    let found = try read(build([3, 1, 0, 2]), source)
    #expect(found.labels == ["= 3", "a=0 1", "a=1 0", "a=2 2"])
    #expect(!found.disagrees)
  }

  @Test func `where lists do not follow one another, that is said, and they are asked`() throws {
    let bytes = build([3, 1, 0, 2], gap: 4)
    #expect(try read(bytes, .places).disagrees)
    #expect(try read(bytes, .lists).labels == ["= 3", "a=0 1", "a=1 0", "a=2 2"])
  }

  @Test func `no lists in between are read, but a few`() throws {
    // Of 129 lists every other is looked at: one of the others says something else, and nobody asks it.
    let bytes = build([Int](repeating: 1, count: 129)) { number, list in
      if number == 4 { list[7] = 9 }
    }
    #expect(try read(bytes, .places).labels[4] == "a=3 1")
    #expect(throws: DecodeError.self) { try read(bytes, .lists) }
  }

  @Test func `a list that cannot have as many series as it says is refused`() throws {
    let bytes = build([1, 1]) { number, list in if number == 1 { list[7] = 2 } }
    let start = 8 + 16
    #expect(
      throws: DecodeError(
        section: .indexPostings, offset: start,
        problem: .mismatch(what: "a list of bytes", expected: 8, found: 4))
    ) { try read(bytes, .places) }
  }

  @Test func `every list of a real server is as long as its place says`() throws {
    for fixture in Fixture.all("sound") {
      for name in try namesInFolder(fixture.data) where exists(fixture.data + "/\(name)/index") {
        let bytes = try readFile(fixture.data + "/\(name)/index")
        let (places, disagrees) = try read(bytes, .places)
        #expect(places == (try read(bytes, .lists).labels), "\(fixture.name) \(name)")
        #expect(!disagrees)
      }
    }
  }
}
