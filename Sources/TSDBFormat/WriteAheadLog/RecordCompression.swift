internal import CSnappy
internal import CUnsnap
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

  /// The plain size of the largest record that a server can have written as `compressed` bytes.
  ///
  /// A server makes one record of all series of a commit, and one of all their samples, without a
  /// bound of its own (tsdb/head_append.go, `log`): a scrape of half a million new series is a record of
  /// some 150 MB. But each series has a few bytes that no other has, and each sample a number that goes
  /// up: such records shrink to a tenth or a thirtieth. Samples of today's servers can be the same bytes
  /// again and again, ten for each, so that up to 32 MiB, three million samples in one commit, anything
  /// goes. What shrinks to less than a 256th beyond that holds nothing that a server writes.
  public static func largestRecord(compressedTo compressed: Int) -> Int {
    min(max(32 << 20, compressed.multipliedReportingOverflow(by: 256).partialValue), 1 << 30)
  }

  /// What became of compressed bytes.
  enum Outcome: Equatable {
    /// The plain form is in the buffer.
    case whole
    /// They are not what they claim to be.
    case damaged
    /// The plain form is larger than any that a server writes in so few bytes; what is known of its
    /// size.
    case tooLarge(Int)
  }

  /// What is wrong with `count` compressed bytes that have no plain form.
  func problem(_ outcome: Outcome, ofBytes count: Int) -> DecodeError.Problem {
    guard case .tooLarge(let found) = outcome else { return .badCompression(codec: rawValue) }
    return .tooLarge(
      found: found, limit: Self.largestRecord(compressedTo: count),
      unit: "bytes in a record of \(count)")
  }

  /// Appends the plain form of `compressed` to `output`; leaves `output` as it was where there is none.
  ///
  /// Memory follows what really comes out, not what the header promises, and what comes out may
  /// have `limit` bytes, without one those of `largestRecord(compressedTo:)`.
  func decompress(
    _ compressed: RawSpan, appendingTo output: inout ByteBuffer, limit: Int? = nil
  ) -> Outcome {
    // An empty record is never compressed, whatever its flag says (compression.go, `Decode`).
    guard compressed.byteCount > 0 else { return .whole }
    let limit = limit ?? Self.largestRecord(compressedTo: compressed.byteCount)
    switch self {
    case .none:
      output.append(compressed)
      return .whole
    case .snappy: return Self.snappy(compressed, appendingTo: &output, limit: limit)
    case .zstd: return Self.zstd(compressed, appendingTo: &output, limit: limit)
    }
  }

  private static func snappy(
    _ compressed: RawSpan, appendingTo output: inout ByteBuffer, limit: Int
  ) -> Outcome {
    unsafe compressed.withUnsafeBytes { source in
      let input = unsafe source.baseAddress?.assumingMemoryBound(to: CChar.self)
      var length = 0
      guard unsafe snappy_uncompressed_length(input, source.count, &length) == SNAPPY_OK,
        // A snappy element makes at most 64 bytes of two.
        length <= source.count * 64
      else { return .damaged }
      guard length <= limit else { return .tooLarge(length) }
      let start = output.count
      unsafe output.append(upTo: length) { free in
        if unsafe unsnap(source, into: free, length) { return length }
        // Whether bytes are damaged is what the library says, as it does to a server.
        var written = length
        let target = unsafe free.assumingMemoryBound(to: CChar.self)
        return unsafe snappy_uncompress(input, source.count, target, &written) == SNAPPY_OK
          ? written : 0
      }
      if output.count == start + length { return .whole }
      output.truncate(to: start)
      return .damaged
    }
  }

  /// Unpacks the elements behind the length, which is a varint, into `length` bytes: half as much again as the
  /// library in the same time, where records are of samples.
  private static func unsnap(
    _ source: UnsafeRawBufferPointer, into free: UnsafeMutableRawPointer, _ length: Int
  ) -> Bool {
    guard let end = unsafe source.firstIndex(where: { $0 < 0x80 }) else { return false }
    let elements = unsafe UnsafeRawBufferPointer(rebasing: source[(end + 1)...])
    // No elements have no address; they are not unpacked here.
    guard let first = elements.baseAddress else { return false }
    return unsafe epimetheus_unsnap(first, elements.count, free, length)
  }

  private static func zstd(
    _ compressed: RawSpan, appendingTo output: inout ByteBuffer, limit: Int
  ) -> Outcome {
    // A server's frame says how much is in it. Only that of a whole frame is a reason to pass over it;
    // what comes out is measured.
    let (claimed, isOneFrame) = unsafe compressed.withUnsafeBytes { source in
      unsafe (
        ZSTD_getFrameContentSize(source.baseAddress, source.count),
        ZSTD_findFrameCompressedSize(source.baseAddress, source.count) == source.count
      )
    }
    // The two largest numbers say that it is not known, or no frame.
    let isKnown = claimed < UInt64.max &- 1
    if isKnown, isOneFrame {
      guard claimed <= UInt64(limit) else { return .tooLarge(Int(clamping: claimed)) }
      return whole(compressed, Int(clamping: claimed), appendingTo: &output)
    }
    return stream(compressed, appendingTo: &output, limit: limit)
  }

  /// Unpacks one frame of `size` bytes into memory that is asked for once.
  private static func whole(
    _ compressed: RawSpan, _ size: Int, appendingTo output: inout ByteBuffer
  ) -> Outcome {
    let start = output.count
    unsafe compressed.withUnsafeBytes { source in
      unsafe output.append(upTo: size) { free in
        let written = unsafe ZSTD_decompress(free, size, source.baseAddress, source.count)
        return ZSTD_isError(written) == 0 ? written : 0
      }
    }
    if output.count == start + size { return .whole }
    output.truncate(to: start)
    return .damaged
  }

  /// Unpacks frames that do not say how much is in them.
  private static func stream(
    _ compressed: RawSpan, appendingTo output: inout ByteBuffer, limit: Int
  ) -> Outcome {
    guard let stream = unsafe ZSTD_createDStream() else { return .damaged }
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
        let size = output.count - start
        if !isError && isDone && size <= limit { return .whole }
        if isError || isStuck || size > limit {
          output.truncate(to: start)
          return size > limit ? .tooLarge(size) : .damaged
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
