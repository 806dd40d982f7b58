/// Where a chunk of a block lives: which segment file, and which byte of it.
public struct ChunkReference: Hashable, Sendable {
  /// Number of the segment less one: 0 is `chunks/000001`.
  public let segment: Int
  /// Offset of the chunk's length in the segment.
  public let offset: Int

  /// The reference as the index stores it: segment in the upper 32 bits, offset in the lower.
  public init(rawValue: UInt64) {
    segment = Int(truncatingIfNeeded: rawValue >> 32)
    offset = Int(truncatingIfNeeded: rawValue & 0xffff_ffff)
  }

  /// The place of a chunk: number of the segment less one, and offset in it.
  public init(segment: Int, offset: Int) {
    self.segment = segment
    self.offset = offset
  }

  /// The reference as the index stores it.
  public var rawValue: UInt64 {
    UInt64(truncatingIfNeeded: segment) &<< 32 | UInt64(truncatingIfNeeded: offset) & 0xffff_ffff
  }
}
