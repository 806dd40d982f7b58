internal import CChecksum

/// CRC-32C (Castagnoli) of `bytes`, continuing from `crc` (0 to begin).
public func crc32c(_ bytes: RawSpan, continuing crc: UInt32 = 0) -> UInt32 {
  unsafe bytes.withUnsafeBytes { unsafe epimetheus_crc32c(crc, $0.baseAddress, $0.count) }
}
