internal import CChecksum

/// The hash of label bytes and of series, and the prefetch that hides a table's cache misses.
///
/// Seeded anew in each process: nothing that is printed depends on the order of a table, and a
/// hostile set of labels cannot be prepared to collide.
package enum ByteHash {
  private static let seed = UInt64.random(in: .min ... .max)

  /// Hashes bytes, continuing from `start`.
  package static func hash(_ bytes: RawSpan, continuing start: UInt64 = 0) -> UInt64 {
    unsafe bytes.withUnsafeBytes {
      unsafe epimetheus_hash($0.baseAddress, $0.count, start ^ seed)
    }
  }

  /// Mixes one number into a hash.
  static func mix(_ hash: UInt64, _ value: UInt64) -> UInt64 {
    epimetheus_mix(hash ^ value ^ seed, 0x9e37_79b9_7f4a_7c15)
  }
}

/// An open-addressing index from hashes to ids: each slot holds the upper half of a hash and id + 1.
///
/// It stores no keys; the owner compares them. Half empty at most, doubled when fuller.
struct HashIndex {
  private var slots: LargeArray<UInt64>
  private var mask: Int
  /// How many ids are in.
  private(set) var count = 0

  init(capacity: Int = 1024) {
    var size = 1024
    while size < capacity * 2 { size *= 2 }
    slots = LargeArray(repeating: 0, count: size)
    mask = size - 1
  }

  /// The slot where the search for `hash` begins.
  @inline(__always)
  func firstSlot(for hash: UInt64) -> Int { Int(truncatingIfNeeded: hash) & mask }

  @inline(__always)
  func nextSlot(after slot: Int) -> Int { (slot &+ 1) & mask }

  /// The id in `slot` if its upper hash is that of `hash`; `empty` or `other` where not.
  @inline(__always)
  func entry(at slot: Int, for hash: UInt64) -> Entry {
    let word = slots[slot]
    if word == 0 { return .empty }
    if word &>> 32 == hash &>> 32 { return .candidate(UInt32(truncatingIfNeeded: word) &- 1) }
    return .other
  }

  enum Entry {
    case empty
    case other
    case candidate(UInt32)
  }

  /// Asks for the cache line of the slot where the search for `hash` begins.
  @inline(__always)
  func prefetch(_ hash: UInt64) {
    let slot = firstSlot(for: hash)
    unsafe slots.span.withUnsafeBufferPointer {
      guard let base = $0.baseAddress else { return }
      unsafe epimetheus_prefetch(base.advanced(by: slot))
    }
  }

  /// Puts `id` in `slot`, which was found empty; then the owner asks `isTooFull`.
  mutating func insert(_ id: UInt32, hash: UInt64, at slot: Int) {
    slots[slot] = (hash &>> 32) &<< 32 | UInt64(id &+ 1)
    count &+= 1
  }

  /// True where the owner must let it `grow` before anything else is put in.
  var isTooFull: Bool { count &* 2 > slots.count }

  /// Doubles the slots; `hashOf` gives the hash of an id, as far as a slot is found by it.
  mutating func grow(hashOf: (UInt32) -> UInt64) {
    let (larger, largerMask) = Self.enlarged(slots, hashOf: hashOf)
    slots = larger
    mask = largerMask
  }

  private static func enlarged(
    _ slots: LargeArray<UInt64>, hashOf: (UInt32) -> UInt64
  ) -> (LargeArray<UInt64>, Int) {
    var larger = LargeArray<UInt64>(repeating: 0, count: slots.count * 2)
    let mask = larger.count - 1
    let words = slots.span
    var targets = larger.mutableSpan
    for index in words.indices where words[index] != 0 {
      let id = UInt32(truncatingIfNeeded: words[index]) &- 1
      var slot = Int(truncatingIfNeeded: hashOf(id)) & mask
      while targets[slot] != 0 { slot = (slot &+ 1) & mask }
      targets[slot] = words[index]
    }
    return (larger, mask)
  }
}
