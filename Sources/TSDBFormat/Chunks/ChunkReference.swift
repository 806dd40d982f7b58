/// Where a chunk of a block lives: which segment file, and which byte of it.
public struct ChunkReference: Hashable, Sendable {
  /// Number of the segment less one: 0 is `chunks/000001`.
  public let segment: Int
  /// Offset of the chunk's length in the segment.
  public let offset: Int

  /// The reference as the index stores it: segment in the upper 32 bits, offset in the lower.
  public init(rawValue: UInt64) {
    segment = Int(rawValue >> 32)
    offset = Int(rawValue & 0xffff_ffff)
  }
}
