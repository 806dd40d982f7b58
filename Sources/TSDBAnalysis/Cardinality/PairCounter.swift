/// Counts pairs of symbols: an open-addressing table, because a dictionary would cost more than all
/// else that is done with a series.
struct PairCounter: Sendable {
  private var keys: [UInt64]
  private var counts: [UInt64]
  private var used = 0
  private var lastSlot = 0

  init() {
    keys = [UInt64](repeating: .max, count: 64)
    counts = [UInt64](repeating: 0, count: 64)
  }

  /// Counts the pair once, or so many times. `.max` and `.max` together are no pair.
  mutating func count(_ first: UInt32, _ second: UInt32, _ times: UInt64 = 1) {
    let key = UInt64(first) &<< 32 | UInt64(second)
    if keys[lastSlot] != key { lastSlot = slot(of: key) }
    if keys[lastSlot] == .max {
      keys[lastSlot] = key
      used &+= 1
      counts[lastSlot] = times
      if used > keys.count / 2 { grow() }
    } else {
      counts[lastSlot] &+= times
    }
  }

  /// Every pair with its count, in no order.
  func forEach(_ body: (_ first: UInt32, _ second: UInt32, _ count: UInt64) -> Void) {
    for (key, count) in zip(keys, counts) where key != .max {
      body(UInt32(truncatingIfNeeded: key &>> 32), UInt32(truncatingIfNeeded: key), count)
    }
  }

  /// How often the pair was counted.
  func amount(_ first: UInt32, _ second: UInt32) -> UInt64 {
    counts[slot(of: UInt64(first) &<< 32 | UInt64(second))]
  }

  private func slot(of key: UInt64) -> Int {
    let mask = keys.count &- 1
    let mixed = key.multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
    var slot = Int(truncatingIfNeeded: mixed.high ^ mixed.low) & mask
    while keys[slot] != key, keys[slot] != .max { slot = (slot &+ 1) & mask }
    return slot
  }

  private mutating func grow() {
    let (oldKeys, oldCounts) = (keys, counts)
    keys = [UInt64](repeating: .max, count: oldKeys.count * 2)
    counts = [UInt64](repeating: 0, count: oldKeys.count * 2)
    for (key, count) in zip(oldKeys, oldCounts) where key != .max {
      let slot = slot(of: key)
      keys[slot] = key
      counts[slot] = count
    }
    lastSlot = 0
  }
}
