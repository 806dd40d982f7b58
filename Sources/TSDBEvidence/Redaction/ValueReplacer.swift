internal import TSDBFormat

/// Finds pseudonyms for borrowed values, and remembers some of them: values come again and again, and a
/// hash takes longer than a look into a table. Memory is bounded, however many values there are.
final class ValueReplacer {
  let redactor: Redactor
  /// How many different values were replaced.
  private(set) var distinct = DistinctCount()
  private var values: [[UInt8]]
  private var pseudonyms: [[UInt8]]
  private static let slotCount = 1 << 15
  /// Longer values are not remembered.
  private static let longest = 256

  init(_ redactor: Redactor) {
    self.redactor = redactor
    values = Array(repeating: [], count: Self.slotCount)
    pseudonyms = values
  }

  /// What stands for the value of a label; nil where it stays.
  func replacement(_ name: RawSpan, _ value: RawSpan) -> [UInt8]? {
    guard value.byteCount > 0, redactor.replaces(name) else { return nil }
    return pseudonym(of: value)
  }

  /// What stands for `value`, whatever it is the value of. Nothing stands for nothing.
  func pseudonym(of value: RawSpan) -> [UInt8] {
    guard value.byteCount > 0 else { return [] }
    let hash = Self.hash(value)
    let slot = Int(truncatingIfNeeded: hash >> 32) & (Self.slotCount - 1)
    let known = values[slot]
    if known.count == value.byteCount, value.isEqual(to: known.rawBytes) {
      return pseudonyms[slot]
    }
    distinct.insert(hash)
    let bytes = [UInt8](value)
    let pseudonym = redactor.pseudonym(of: bytes)
    if bytes.count <= Self.longest {
      values[slot] = bytes
      pseudonyms[slot] = pseudonym
    }
    return pseudonym
  }

  /// FNV-1a, and the finaliser of MurmurHash3, after which every bit depends on every other.
  private static func hash(_ value: RawSpan) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in 0..<value.byteCount {
      hash = (hash ^ UInt64(value.byte(at: index))) &* 0x0100_0000_01b3
    }
    hash = (hash ^ hash >> 33) &* 0xff51_afd7_ed55_8ccd
    hash = (hash ^ hash >> 33) &* 0xc4ce_b9fe_1a85_ec53
    return hash ^ hash >> 33
  }
}
