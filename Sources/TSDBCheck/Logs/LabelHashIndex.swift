/// From the hash of a label set to the number of its series: open addressing, three quarters full at most,
/// because a log may define millions of series and each of their records asks.
///
/// A slot has the upper half of the hash, so that most others are told apart where they lie; the owner
/// keeps the hashes, and says whether a series is still known by its own.
struct LabelHashIndex {
  /// Upper half of a hash, and below it the number and 1; 0 where nothing is.
  private var slots = [UInt64](repeating: 0, count: 1024)
  private var count = 0
  private var touched: UInt64 = 0

  /// Reads the slots where the search for these hashes begins. Nothing waits for one of these reads, so
  /// the processor has many under way at a time, where `find` waits for each.
  mutating func touch(_ hashes: some Sequence<UInt64>) {
    let mask = slots.count &- 1
    for hash in hashes { touched ^= slots[Int(truncatingIfNeeded: hash) & mask] }
  }

  /// The number that stands for `hash`, of those for which `holds` says so.
  func find(_ hash: UInt64, where holds: (UInt32) -> Bool) -> UInt32? {
    let mask = slots.count &- 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      let word = slots[slot]
      if word &>> 32 == hash &>> 32 {
        let number = UInt32(truncatingIfNeeded: word) &- 1
        if holds(number) { return number }
      }
      slot = (slot &+ 1) & mask
    }
    return nil
  }

  /// Adds a number for `hash`, behind those that have it; `hashOf` gives the hash of one that is in.
  mutating func insert(_ number: UInt32, _ hash: UInt64, hashOf: (UInt32) -> UInt64) {
    if (count &+ 1) &* 4 > slots.count &* 3 { grow(hashOf) }
    place(hash & ~0xffff_ffff | UInt64(number &+ 1), hash)
    count &+= 1
  }

  private mutating func place(_ word: UInt64, _ hash: UInt64) {
    let mask = slots.count &- 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 { slot = (slot &+ 1) & mask }
    slots[slot] = word
  }

  private mutating func grow(_ hashOf: (UInt32) -> UInt64) {
    let old = slots
    slots = [UInt64](repeating: 0, count: old.count &* 2)
    for word in old where word != 0 {
      place(word, hashOf(UInt32(truncatingIfNeeded: word) &- 1))
    }
  }
}
