internal import CSnappy
internal import CZstd

/// How one record is compressed: bits 3 and 4 of the type byte. Records that do not shrink are
/// stored plain, so a segment mixes all of them.
public enum RecordCompression: String, Sendable, CaseIterable {
  case none
  case snappy
  case zstd

  /// The reader tests snappy first (Prometheus: tsdb/wlog/reader.go, `nextNew`).
  init(typeByte: UInt8) {
    if typeByte & 0x08 != 0 {
      self = .snappy
    } else if typeByte & 0x10 != 0 {
      self = .zstd
    } else {
      self = .none
    }
  }

  /// No record that a server wrote comes near this; what claims more is damaged.
  static let largestRecord = 1 << 30

  /// Appends the plain form of `compressed` to `output`. Returns false, with `output` as it was,
  /// where the bytes are not what they claim to be.
  ///
  /// Memory follows what really comes out, not what the header promises, and what comes out may
  /// have `limit` bytes.
  func decompress(
    _ compressed: RawSpan, appendingTo output: inout ByteBuffer, limit: Int = largestRecord
  ) -> Bool {
    // An empty record is never compressed, whatever its flag says (compression.go, `Decode`).
    guard compressed.byteCount > 0 else { return true }
    switch self {
    case .none:
      output.append(compressed)
      return true
    case .snappy: return Self.snappy(compressed, appendingTo: &output, limit: limit)
    case .zstd: return Self.zstd(compressed, appendingTo: &output, limit: limit)
    }
  }

  private static func snappy(
    _ compressed: RawSpan, appendingTo output: inout ByteBuffer, limit: Int
  ) -> Bool {
    unsafe compressed.withUnsafeBytes { source in
      let input = unsafe source.baseAddress?.assumingMemoryBound(to: CChar.self)
      var length = 0
      guard unsafe snappy_uncompressed_length(input, source.count, &length) == SNAPPY_OK,
        // A snappy element makes at most 64 bytes of two.
        length <= source.count * 64, length <= limit
      else { return false }
      let start = output.count
      unsafe output.append(upTo: length) { free in
        var written = length
        let target = unsafe free.assumingMemoryBound(to: CChar.self)
        return unsafe snappy_uncompress(input, source.count, target, &written) == SNAPPY_OK
          ? written : 0
      }
      return output.count == start + length
    }
  }

  private static func zstd(
    _ compressed: RawSpan, appendingTo output: inout ByteBuffer, limit: Int
  ) -> Bool {
    guard let stream = unsafe ZSTD_createDStream() else { return false }
    defer { unsafe ZSTD_freeDStream(stream) }
    return unsafe compressed.withUnsafeBytes { source in
      let start = output.count
      var input = unsafe ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
      var step = max(4 * source.count, 4096)
      while true {
        var result = 0
        var filled = false
        unsafe output.append(upTo: step) { free in
          var target = unsafe ZSTD_outBuffer(dst: free, size: step, pos: 0)
          result = unsafe ZSTD_decompressStream(stream, &target, &input)
          filled = unsafe target.pos == target.size
          return unsafe ZSTD_isError(result) == 0 ? target.pos : 0
        }
        let isError = ZSTD_isError(result) != 0
        let isDone = unsafe result == 0 && input.pos == input.size
        let isStuck = unsafe !filled && input.pos == input.size && result != 0
        if !isError && isDone { return true }
        if isError || isStuck || output.count - start > limit {
          output.truncate(to: start)
          return false
        }
        step = min(step * 2, 1 << 24)
      }
    }
  }

  /// Appends the compressed form of `record` to `output`. Returns false, with `output` as it was,
  /// where that is not shorter than the record; servers then store the record plain.
  func compress(_ record: RawSpan, appendingTo output: inout ByteBuffer) -> Bool {
    guard self != .none, record.byteCount > 0 else { return false }
    let start = output.count
    let limit =
      self == .snappy
      ? snappy_max_compressed_length(record.byteCount) : ZSTD_compressBound(record.byteCount)
    unsafe record.withUnsafeBytes { source in
      unsafe output.append(upTo: limit) { free in
        if self == .zstd {
          // Level 3 is what Prometheus asks for (util/compression/compression.go).
          let written = unsafe ZSTD_compress(free, limit, source.baseAddress, source.count, 3)
          return ZSTD_isError(written) == 0 ? written : 0
        }
        var written = limit
        let status = unsafe snappy_compress(
          source.baseAddress?.assumingMemoryBound(to: CChar.self), source.count,
          free.assumingMemoryBound(to: CChar.self), &written)
        return status == SNAPPY_OK ? written : 0
      }
    }
    let size = output.count - start
    if size > 0, size < record.byteCount { return true }
    output.truncate(to: start)
    return false
  }
}
