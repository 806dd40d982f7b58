import TestSupport

@testable import TSDBFormat

/// What a segment came to, in values that can be compared.
struct SegmentReading: Equatable {
  struct Record: Equatable {
    var range: Range<Int>
    var payload: [UInt8]
    var compression: RecordCompression
  }

  var records: [Record] = []
  var damage: [RecordBatch.Damage] = []

  /// The rule ids of the damage.
  var rules: [String] { damage.map(\.error.rule) }
  /// The lost stretches.
  var lost: [Range<Int>] { damage.map(\.lost) }
  var payloads: [[UInt8]] { records.map(\.payload) }

  /// Reads a whole segment at once.
  init(_ segment: [UInt8]) {
    var reader = SegmentReader(segment.rawBytes)
    read(&reader)
  }

  /// Reads a segment in slices of `pages` pages, each by its own reader.
  init(_ segment: [UInt8], slicesOf pages: Int) {
    let count = (segment.count + Fragment.pageSize - 1) / Fragment.pageSize
    for page in stride(from: 0, to: count, by: pages) {
      var reader = SegmentReader(segment.rawBytes, pages: page..<min(page + pages, count))
      read(&reader)
    }
  }

  private mutating func read(_ reader: inout SegmentReader) {
    var batch = RecordBatch()
    reader.read(into: &batch)
    for entry in batch.entries {
      records.append(
        Record(
          range: entry.offset..<entry.end, payload: [UInt8](batch.payload(of: entry)),
          compression: entry.compression))
    }
    damage += batch.damage
  }

  /// What is wrong with the account of the bytes of `segment`: each must be in one record, in one
  /// lost stretch, or be zero padding.
  func accountingFault(of segment: [UInt8]) -> String? {
    let taken = (records.map(\.range) + lost).sorted { $0.lowerBound < $1.lowerBound }
    var position = 0
    for range in taken {
      if range.lowerBound < position { return "\(range) is counted twice" }
      if range.isEmpty { return "\(range) is empty" }
      if let stray = segment[position..<range.lowerBound].firstIndex(where: { $0 != 0 }) {
        return "byte \(stray) is nowhere"
      }
      position = range.upperBound
    }
    if position > segment.count { return "the account goes past the end" }
    if let stray = segment[position...].firstIndex(where: { $0 != 0 }) {
      return "byte \(stray) is nowhere"
    }
    return nil
  }
}

/// Records for the tests of the reader.
enum SampleRecords {
  /// `count` bytes, no two records alike, none of them zero or a fragment's type.
  static func bytes(_ count: Int, seed: Int = 0) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: ($0 &* 31 &+ seed &* 97) % 199 + 0x20) }
  }

  /// A little more than two pages: small records, equal ones one behind the other, a record over the
  /// page border, padding before the next page.
  static let twoPages: WALBuilder = {
    var sizes = [40, 57, 57, 57, 57, 300, 1, 5000, 20000]
    sizes += [9000, 121, 57, 57, 249, 249, 249, 12000, 700]
    var builder = WALBuilder()
    for (index, size) in sizes.enumerated() { builder.add(bytes(size, seed: index)) }
    builder.padPage()
    builder.add(bytes(90, seed: 77))
    return builder
  }()
}
