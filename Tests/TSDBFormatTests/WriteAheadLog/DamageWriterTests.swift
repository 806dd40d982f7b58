import TestSupport
import Testing

@testable import TSDBFormat

@Suite struct DamageWriterTests {
  private static let secret = Array("secret".utf8)

  private static func record(_ number: Int, size: Int) -> [UInt8] {
    [200] + [UInt8](repeating: UInt8(number), count: size) + secret
  }

  /// Three records, of which the second goes over two pages.
  private static func segment(flags: UInt8 = 0) -> WALBuilder {
    WALBuilder(
      [record(1, size: 100), record(2, size: 50_000), record(3, size: 100)], flags: flags)
  }

  /// Writes what a reader gives of `bytes` anew, as far as it is damage; records become short ones.
  private func rewritten(_ bytes: [UInt8]) -> [UInt8] {
    var batch = RecordBatch()
    var reader = SegmentReader(bytes.rawBytes)
    reader.read(into: &batch)
    var writer = SegmentWriter()
    var output: [UInt8] = []
    let flush: SegmentWriter.Flush<Never> = { output.append($0) }
    var damage = batch.damage[...]
    var position = 0
    func pad(upTo end: Int) {
      while position < end {
        let next = min(Fragment.end(ofPageAt: position), end)
        writer.append(padding: position..<next, to: flush)
        position = next
      }
    }
    func add(_ damage: RecordBatch.Damage) {
      pad(upTo: damage.lost.lowerBound)
      writer.append(damaged: damage.lost, of: bytes.rawBytes, to: flush)
      position = damage.lost.upperBound
    }
    for entry in batch.entries {
      while let next = damage.first, next.lost.lowerBound < entry.offset {
        add(next)
        damage.removeFirst()
      }
      pad(upTo: entry.offset)
      writer.append([201].rawBytes, .none, to: flush)
      position = entry.end
    }
    for rest in damage { add(rest) }
    writer.finish(fillingPage: bytes.count % Fragment.pageSize == 0, to: flush)
    return output
  }

  @Test func `a segment of nothing but damage and zeros is handed over piece by piece`() {
    let page = Fragment.pageSize
    // Fragments whose checksum is wrong, each as long as a page allows, and then pages of zeros.
    let broken = [UInt8]([1, 0x10, 0, 1, 2, 3, 4]) + [UInt8](repeating: 9, count: page - 7)
    let bytes =
      [UInt8]((0..<100).flatMap { _ in broken }) + [UInt8](repeating: 0, count: 100 * page)
    var writer = SegmentWriter()
    var (pieces, most) = ([Int](), 0)
    let flush: SegmentWriter.Flush<Never> = {
      pieces.append($0.byteCount)
      most = max(most, $0.byteCount)
    }
    writer.append(damaged: 0..<100 * page, of: bytes.rawBytes, to: flush)
    for offset in stride(from: 100 * page, to: 200 * page, by: page) {
      writer.append(padding: offset..<offset + page, to: flush)
    }
    writer.finish(fillingPage: true, to: flush)
    #expect(pieces.reduce(0, +) == bytes.count)
    #expect(most <= 6 * page)
  }

  private func damage(_ bytes: [UInt8]) -> [DecodeError] {
    var batch = RecordBatch()
    var reader = SegmentReader(bytes.rawBytes)
    reader.read(into: &batch)
    return batch.damage.map(\.error)
  }

  private func expectSame(_ bytes: [UInt8], _ rules: [String]) {
    #expect(damage(bytes).map(\.rule) == rules)
    let new = rewritten(bytes)
    #expect(damage(new).map(\.rule) == rules)
    let text = String(decoding: new, as: UTF8.self)
    #expect(!text.contains("secret"))
  }

  @Test func `a wrong checksum is wrong again`() {
    for offset in [50, 200, 40_000] {
      var bytes = Self.segment().bytes
      bytes.flip(at: offset)
      expectSame(bytes, ["wal.fragment.checksum"])
    }
  }

  @Test func `a length that leads out of the page does so again`() {
    var bytes = Self.segment().bytes
    bytes.put([0xff, 0xff], at: 1)
    expectSame(bytes, ["wal.fragment.range"])
  }

  @Test func `an unknown type of fragment is one again`() {
    var bytes = Self.segment().bytes
    bytes[0] = 7
    expectSame(bytes, ["wal.fragment.unknown-code"])
  }

  @Test func `a segment that ends in a fragment does so again`() {
    let whole = Self.segment()
    for piece in whole.pieces.suffix(2) {
      for count in [1, 3, 7, 20] {
        var bytes = whole.bytes
        bytes.cut(to: piece.range.lowerBound + count)
        expectSame(bytes, ["wal.fragment.truncated"])
      }
    }
  }

  @Test func `a record that was begun and never ended is one again`() {
    var bytes = Self.segment().bytes
    bytes.cut(to: 1 << 15)
    expectSame(bytes, ["wal.record.torn"])
    expectSame(
      bytes + [UInt8](repeating: 0, count: 1 << 15) + WALBuilder([[1]]).bytes,
      ["wal.record.torn"])
  }

  @Test func `a piece without its record is one again`() {
    var builder = WALBuilder([Self.record(1, size: 10)])
    builder.append(kind: 4, Self.secret)
    builder.add(Self.record(2, size: 10))
    expectSame(builder.bytes, ["wal.fragment.sequence"])
  }

  @Test func `padding with something in it has something in it again`() {
    var builder = WALBuilder([Self.record(1, size: 10)])
    builder.padPage()
    var bytes = builder.bytes + WALBuilder([Self.record(2, size: 10)]).bytes
    bytes.put(Self.secret, at: 5000)
    expectSame(bytes, ["wal.page.padding"])
  }

  @Test(arguments: [UInt8(0x08), 0x10])
  func `what cannot be decompressed cannot be again`(flags: UInt8) {
    expectSame(
      Self.segment(flags: flags).bytes,
      [String](repeating: "wal.compression.compression", count: 3))
  }

  /// Two records, cut or changed anywhere: whatever is written is the same damage, and no byte of it.
  @Test func `whatever is wrong, nothing of it is told`() {
    let bytes = WALBuilder([Self.record(1, size: 20), Self.record(2, size: 20)]).bytes
    for count in bytes.indices {
      let cut = Array(bytes[..<count])
      #expect(damage(rewritten(cut)).map(\.rule) == damage(cut).map(\.rule), "\(count)")
    }
    for place in 0..<bytes.count * 8 {
      var changed = bytes
      changed.flip(at: place / 8, bit: place % 8)
      let new = rewritten(changed)
      #expect(!String(decoding: new, as: UTF8.self).contains("secret"), "\(place)")
      #expect(damage(new).isEmpty == damage(changed).isEmpty, "\(place)")
    }
  }
}
