import TSDBFormat
import TestSupport
import Testing

/// The worked example of Docs/formats/index.md, and what damage to it does.
@Suite struct IndexTests {
  @Test func `the worked example is read as a server wrote it`() throws {
    let bytes = try ExampleBlock.index()
    let header = try IndexHeader(of: bytes.rawBytes)
    let contents = try IndexTOC(of: bytes.rawBytes)
    #expect(header.version == 2)
    #expect(!header.usesByteOffsets)
    #expect(contents.symbols == 5)
    #expect(contents.series == 0x50)
    #expect(contents.labelIndices == 0x282)
    #expect(contents.labelOffsetTable == 0x460)
    #expect(contents.postings == 0x2e4)
    #expect(contents.postingsOffsetTable == 0x484)
    #expect(contents.hasLabelIndices)

    let index = WholeIndex(bytes)
    #expect(index.damage == [])
    #expect(
      index.symbols == [
        "", "0", "1", "2", "3", "4", "5", "6", "7", "__name__", "base", "edge", "flapper", "i",
        "job", "steady_total",
      ])
    #expect(index.series.count == 14)
    #expect(index.allPostings == 14)
    #expect(index.labelCount == 12)
    let first = try #require(index.series.first)
    #expect(first.reference == 5)
    #expect(first.labels == ["__name__=flapper", "i=0", "job=edge"])
    #expect(
      first.chunks == [
        ChunkMeta(
          reference: ChunkReference(rawValue: 8), minTime: 1_794_873_600_000,
          maxTime: 1_794_874_290_000)
      ])
    let last = try #require(index.series.last)
    #expect(last.reference == 0x26)
    #expect(last.labels == ["__name__=steady_total", "i=7", "job=base"])
    #expect(last.chunks.map(\.reference.offset) == [0x131c, 0x1429])
    #expect(last.chunks.map(\.minTime) == [1_794_873_600_000, 1_794_877_200_000])
    #expect(last.chunks.map(\.maxTime) == [1_794_877_170_000, 1_794_880_770_000])
    #expect(last.minTime == 1_794_873_600_000)
    #expect(last.maxTime == 1_794_880_770_000)
  }

  @Test func `chunks that nobody asked for are not kept, and their times are`() throws {
    let index = WholeIndex(try ExampleBlock.index(), wantsChunks: false)
    #expect(index.series.count == 14)
    #expect(index.series.allSatisfy { $0.chunks.isEmpty && $0.minTime == 1_794_873_600_000 })
  }

  @Test func `version 3 is read as version 2 is`() throws {
    var bytes = try ExampleBlock.index()
    let whole = WholeIndex(bytes)
    bytes[4] = 3
    #expect(WholeIndex(bytes) == whole)
  }

  @Test func `every shorter index is damaged and gives the series that are left`() throws {
    let bytes = try ExampleBlock.index()
    let whole = WholeIndex(bytes)
    for length in 0..<bytes.count {
      let index = WholeIndex(Array(bytes[..<length]))
      #expect(!index.damage.isEmpty, "at \(length)")
      // Without a table of contents the last 52 bytes are taken for it.
      let left = whole.series.filter { Int($0.reference) * 16 + 48 <= length - 52 }
      #expect(Array(index.series.prefix(left.count)) == left, "at \(length)")
    }
  }

  @Test func `every flipped bit is found or changes nothing`() throws {
    let bytes = try ExampleBlock.index()
    let whole = WholeIndex(bytes)
    var harmless: Set<Int> = []
    for offset in bytes.indices {
      for bit in 0..<8 {
        var flipped = bytes
        flipped.flip(at: offset, bit: bit)
        let index = WholeIndex(flipped)
        if index.damage.isEmpty {
          #expect(index == whole, "byte \(offset), bit \(bit)")
          harmless.insert(offset)
        }
      }
    }
    // Padding between entries is covered by no checksum; nor is the version, which may become 3.
    let covered = harmless.filter { bytes[$0] != 0 }
    #expect(covered == [4])
  }

  @Test func `a damaged series costs itself alone`() throws {
    var bytes = try ExampleBlock.index()
    let whole = WholeIndex(bytes)
    bytes.flip(at: 0x9a)
    let index = WholeIndex(bytes)
    #expect(index.series == whole.series.filter { $0.reference != 9 })
    #expect(
      index.damage.map(\.rule) == ["index.series.checksum"])
    #expect(index.damage.map(\.offset) == [0xa4])
  }

  @Test func `a stretch of zeros is one finding`() throws {
    var bytes = try ExampleBlock.index()
    let whole = WholeIndex(bytes)
    bytes.fill(0x70..<0x110)
    let index = WholeIndex(bytes)
    #expect(index.series == whole.series.filter { !(7...16).contains($0.reference) })
    #expect(
      index.damage == [
        DecodeError(
          section: .indexSeries, offset: 0x70,
          problem: .outOfRange(found: 0, allowed: 2...0x212))
      ])
  }

  @Test func `without a table of contents all series are found`() throws {
    var bytes = try ExampleBlock.index()
    let whole = WholeIndex(bytes)
    bytes.fill(bytes.count - 52..<bytes.count)
    let index = WholeIndex(bytes)
    #expect(index.series == whole.series)
    #expect(index.damage.map(\.rule) == ["index.toc.checksum"])
  }

  @Test func `a broken postings table costs no series`() throws {
    var bytes = try ExampleBlock.index()
    let whole = WholeIndex(bytes)
    bytes.flip(at: 0x490)
    let index = WholeIndex(bytes)
    #expect(index.series == whole.series)
    #expect(index.allPostings == 14)
    #expect(index.damage.map(\.rule) == ["index.postings-offset-table.checksum"])
  }

  @Test func `a symbol that does not exist is a finding of its series`() throws {
    var bytes = try ExampleBlock.index()
    bytes[0x75] = 0x7f
    bytes.fixChecksum(of: 0x71..<0x84, at: 0x84)
    let index = WholeIndex(bytes)
    #expect(index.series.count == 13)
    #expect(
      index.damage == [
        DecodeError(
          section: .indexSeries, offset: 0x75, problem: .outOfRange(found: 127, allowed: 0...15))
      ])
  }

  @Test func `a table of contents that points outside is refused`() throws {
    var bytes = try ExampleBlock.index()
    let start = bytes.count - 52
    bytes.put([0xff], at: start + 8)
    bytes.fixChecksum(of: start..<start + 48, at: start + 48)
    #expect(
      throws: DecodeError(
        section: .indexTOC, offset: start + 8,
        problem: .outOfRange(found: .max, allowed: 0...Int64(start)))
    ) {
      _ = try IndexTOC(of: bytes.rawBytes)
    }
  }

  @Test func `a symbol table that claims four billion symbols stays small`() throws {
    var bytes = try ExampleBlock.index()
    bytes.put([0xff, 0xff, 0xff, 0xff], at: 9)
    bytes.fixChecksum(of: 9..<0x4c, at: 0x4c)
    let index = WholeIndex(bytes)
    #expect(index.symbols.count == 16)
    #expect(index.series.count == 14)
    #expect(!index.damage.isEmpty)
  }

  @Test func `postings give their references in order`() throws {
    let bytes = try ExampleBlock.index()
    let list = try Postings(of: bytes.rawBytes, at: 0x2e4)
    #expect(list.count == 14)
    #expect(
      try list.references() == [5, 7, 9, 11, 13, 15, 17, 20, 23, 26, 29, 32, 35, 38])
    #expect(list.end == 0x328)
  }

  @Test func `postings out of order are refused`() throws {
    var bytes = try ExampleBlock.index()
    bytes.put([0, 0, 0, 4], at: 0x2f0)
    bytes.fixChecksum(of: 0x2e8..<0x324, at: 0x324)
    #expect(
      throws: DecodeError(
        section: .indexPostings, offset: 0x2f0, problem: .notAscending(previous: 5, found: 4))
    ) {
      _ = try Postings(of: bytes.rawBytes, at: 0x2e4).references()
    }
  }
}
