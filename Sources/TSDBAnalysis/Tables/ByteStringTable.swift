internal import TSDBFormat

/// Every distinct byte string once per tag, numbered in the order they are met; all bytes lie one
/// behind the other in one arena.
struct ByteStringTable {
  private var tags = LargeArray<UInt32>()
  private var hashes = LargeArray<UInt32>()
  private var ends = LargeArray<Int>()
  private var bytes: [UInt8] = []
  private var index = HashIndex()

  /// How many strings there are; their ids are 0 to this.
  var count: Int { ends.count }

  /// The tag of a string.
  func tag(_ id: UInt32) -> UInt32 { tags[Int(id)] }

  /// Bytes of a string.
  @_lifetime(borrow self)
  func bytes(_ id: UInt32) -> RawSpan { bytes.rawBytes.extracting(range(id)) }

  /// Length of a string, in bytes.
  func length(_ id: UInt32) -> Int { range(id).count }

  private func range(_ id: UInt32) -> Range<Int> {
    let id = Int(id)
    return (id == 0 ? 0 : ends[id &- 1])..<ends[id]
  }

  /// The hash that `intern`, `find` and `prefetch` take, of a string whose tag is known by another
  /// hash, such as that of the tag's own string; never 0.
  static func hash(tag: UInt64, _ string: RawSpan) -> UInt64 {
    ByteHash.hash(string, continuing: tag) | 1 &<< 63
  }

  /// Asks for the memory that `intern` will touch.
  func prefetch(_ hash: UInt64) { index.prefetch(hash) }

  /// The id of a string, if it is in.
  func find(tag: UInt32, _ string: RawSpan, hash: UInt64) -> UInt32? {
    if case .found(let id) = search(tag: tag, string, hash: hash) { return id }
    return nil
  }

  /// The id of a string, new if it is not in.
  mutating func intern(tag: UInt32, _ string: RawSpan, hash: UInt64) -> UInt32 {
    switch search(tag: tag, string, hash: hash) {
    case .found(let id): return id
    case .free(let slot):
      let id = UInt32(ends.count)
      tags.append(tag)
      hashes.append(UInt32(truncatingIfNeeded: hash))
      bytes.append(string)
      ends.append(bytes.count)
      index.insert(id, hash: hash, at: slot)
      if index.isTooFull { growIndex() }
      return id
    }
  }

  private mutating func growIndex() {
    let hashes = self.hashes
    index.grow { UInt64(hashes[Int($0)]) }
  }

  private enum Place {
    case found(UInt32)
    case free(Int)
  }

  private func search(tag: UInt32, _ string: RawSpan, hash: UInt64) -> Place {
    var slot = index.firstSlot(for: hash)
    while true {
      switch index.entry(at: slot, for: hash) {
      case .candidate(let id):
        if tags[Int(id)] == tag, bytes(id).isEqual(to: string) { return .found(id) }
      case .other: break
      case .empty: return .free(slot)
      }
      slot = index.nextSlot(after: slot)
    }
  }
}
