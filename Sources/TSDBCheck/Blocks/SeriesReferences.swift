internal import TSDBFormat

/// Which references of an index lead to a series that could be read: a bit for each place where one
/// may begin.
struct SeriesReferences {
  private var words: [UInt64]
  private(set) var count = 0
  /// The sum of all of them (`ReferenceSum`).
  private(set) var sum: UInt64 = 0

  /// An empty set, of an index of `size` bytes.
  init(size: Int, usesByteOffsets: Bool) {
    let places = usesByteOffsets ? size : size / 16 &+ 1
    words = [UInt64](repeating: 0, count: places / 64 &+ 1)
  }

  /// Takes a reference in, which is smaller than the size allows, and returns its term of the sum.
  mutating func insert(_ reference: UInt64) -> UInt64 {
    guard let number = UInt32(exactly: reference), Int(number) / 64 < words.count else { return 0 }
    words[Int(number) / 64] |= 1 &<< UInt64(number % 64)
    count &+= 1
    let term = ReferenceSum.term(number)
    sum &+= term
    return term
  }

  func contains(_ reference: UInt64) -> Bool {
    guard reference / 64 < UInt64(words.count) else { return false }
    return words[Int(truncatingIfNeeded: reference / 64)] &>> (reference % 64) & 1 == 1
  }
}
