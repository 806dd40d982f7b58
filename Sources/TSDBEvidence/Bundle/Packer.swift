internal import CZlib
internal import CZstd
internal import TSDBFormat
internal import TSDBRepair
internal import TSDBStore

/// Packs a stream of bytes with zstd or gzip, piece by piece.
@safe
final class Packer {
  private let path: String
  private var out = [UInt8](repeating: 0, count: 1 << 18)
  private var zstd: OpaquePointer?
  private var gzip = unsafe z_stream()
  private let isGzip: Bool

  /// A packer for the file `path`, which failures name.
  init(_ compression: Archive.Compression, _ path: String) throws(FileError) {
    self.path = path
    isGzip = compression == .gzip
    if isGzip {
      // 16 more than the largest window asks for a gzip header, which then has no time in it.
      let status = unsafe deflateInit2_(
        &gzip, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size))
      guard status == Z_OK else { throw failure }
    } else {
      unsafe zstd = ZSTD_createCCtx()
      guard unsafe zstd != nil else { throw failure }
      _ = unsafe ZSTD_CCtx_setParameter(zstd, ZSTD_c_compressionLevel, 6)
      _ = unsafe ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1)
    }
  }

  deinit {
    if isGzip { unsafe deflateEnd(&gzip) } else { unsafe ZSTD_freeCCtx(zstd) }
  }

  /// Packs `bytes`; what is ready goes to `sink`.
  func add(_ bytes: [UInt8], to sink: FileSink) throws(FileError) {
    try pack(bytes, isLast: false, sink)
  }

  /// Packs what is left.
  func finish(to sink: FileSink) throws(FileError) {
    try pack([], isLast: true, sink)
  }

  private func pack(_ bytes: [UInt8], isLast: Bool, _ sink: FileSink) throws(FileError) {
    var used = 0
    while true {
      let step = isGzip ? gzipStep(bytes, used, isLast) : zstdStep(bytes, used, isLast)
      guard let step else { throw failure }
      used += step.used
      let made = out
      try sink.write(made.rawBytes.extracting(0..<step.made))
      if isLast ? step.isDone : used == bytes.count && step.made < out.count { return }
    }
  }

  /// What one call took and gave; `isDone` where the end was written.
  private typealias Step = (used: Int, made: Int, isDone: Bool)

  private func gzipStep(_ bytes: [UInt8], _ from: Int, _ isLast: Bool) -> Step? {
    var input = bytes
    let room = out.count
    let status = unsafe input.withUnsafeMutableBytes { source in
      unsafe out.withUnsafeMutableBytes { target in
        unsafe gzip.next_in = source.baseAddress?.advanced(by: from)
          .assumingMemoryBound(to: UInt8.self)
        unsafe gzip.avail_in = UInt32(source.count - from)
        unsafe gzip.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe gzip.avail_out = UInt32(room)
        return unsafe deflate(&gzip, isLast ? Z_FINISH : Z_NO_FLUSH)
      }
    }
    // Nothing to be done is no failure.
    guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else { return nil }
    let left = unsafe Int(gzip.avail_in)
    let made = unsafe room - Int(gzip.avail_out)
    return (bytes.count - from - left, made, status == Z_STREAM_END)
  }

  private func zstdStep(_ bytes: [UInt8], _ from: Int, _ isLast: Bool) -> Step? {
    let room = out.count
    return unsafe bytes.withUnsafeBytes { source in
      unsafe out.withUnsafeMutableBytes { target in
        var input = unsafe ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: from)
        var output = unsafe ZSTD_outBuffer(dst: target.baseAddress, size: room, pos: 0)
        let mode = isLast ? ZSTD_e_end : ZSTD_e_continue
        let left = unsafe ZSTD_compressStream2(zstd, &output, &input, mode)
        guard ZSTD_isError(left) == 0 else { return nil }
        return unsafe (input.pos - from, output.pos, isLast && left == 0)
      }
    }
  }

  private var failure: FileError { .system(path: path, operation: "pack", errno: 12) }
}
