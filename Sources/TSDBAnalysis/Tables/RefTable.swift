/// Which series a ref stands for, by pages of 64 refs.
///
/// Servers number series one by one, so refs of one scrape lie in a few pages; after a long uptime
/// they are sparse and large, and damaged ones are anything: a page costs 256 bytes wherever it is.
struct RefTable {
  private static let pageBits: UInt64 = 6
  private var pageNumbers = LargeArray<UInt64>()
  private var entries = LargeArray<UInt32>()
  private var index = HashIndex()
  private var lastNumber: UInt64 = .max
  private var lastBase = 0

  private static func hash(_ number: UInt64) -> UInt64 { ByteHash.mix(1, number) }

  /// Index of the first entry of the page; -1 where there is none.
  private func find(_ number: UInt64) -> Int {
    let hash = Self.hash(number)
    var slot = index.firstSlot(for: hash)
    while true {
      switch index.entry(at: slot, for: hash) {
      case .candidate(let page):
        if pageNumbers[Int(page)] == number {
          return Int(page) &<< Int(truncatingIfNeeded: Self.pageBits)
        }
      case .other: break
      case .empty: return -1
      }
      slot = index.nextSlot(after: slot)
    }
  }

  /// The entry of a ref, or -1 where the ref is not known.
  @inline(__always)
  mutating func entry(of ref: UInt64) -> Int {
    let number = ref &>> Self.pageBits
    if number != lastNumber {
      let base = find(number)
      if base < 0 { return -1 }
      lastNumber = number
      lastBase = base
    }
    return Int(entries[lastBase &+ Int(truncatingIfNeeded: ref & 63)]) &- 1
  }

  /// Lets `ref` stand for `series` from now on.
  mutating func set(_ ref: UInt64, to series: SeriesTable.SeriesID) {
    let number = ref &>> Self.pageBits
    var base = number == lastNumber ? lastBase : find(number)
    if base < 0 {
      base = entries.count
      pageNumbers.append(number)
      for _ in 0..<64 { entries.append(0) }
      insert(number)
    }
    lastNumber = number
    lastBase = base
    entries[base &+ Int(truncatingIfNeeded: ref & 63)] = series &+ 1
  }

  /// Lets `ref` stand for nothing from now on.
  mutating func remove(_ ref: UInt64) {
    let base = find(ref &>> Self.pageBits)
    if base >= 0 { entries[base &+ Int(truncatingIfNeeded: ref & 63)] = 0 }
  }

  /// Calls `body` for each ref that stands for a series.
  func forEach(_ body: (UInt64, SeriesTable.SeriesID) -> Void) {
    for page in 0..<pageNumbers.count {
      for place in 0..<64 {
        let entry = entries[page &<< Int(truncatingIfNeeded: Self.pageBits) &+ place]
        if entry > 0 { body(pageNumbers[page] &<< Self.pageBits | UInt64(place), entry &- 1) }
      }
    }
  }

  private mutating func insert(_ number: UInt64) {
    let hash = Self.hash(number)
    var slot = index.firstSlot(for: hash)
    while case .candidate = index.entry(at: slot, for: hash) { slot = index.nextSlot(after: slot) }
    while true {
      if case .empty = index.entry(at: slot, for: hash) { break }
      slot = index.nextSlot(after: slot)
    }
    index.insert(UInt32(pageNumbers.count - 1), hash: hash, at: slot)
    guard index.isTooFull else { return }
    let numbers = pageNumbers
    index.grow { Self.hash(numbers[Int($0)]) }
  }
}
