internal import CZlib

/// Takes the packing of gzip off what a target was asked for with `Accept-Encoding: gzip`, as a server does
/// before it reads it. The only file here that touches zlib's structs.
enum Gunzip {
  /// `bytes` unpacked, if they begin as gzip does; as they are, if not.
  static func unpacked(
    _ bytes: [UInt8], limit: Int, file: String
  ) throws(ConfigurationError) -> [UInt8] {
    guard bytes.starts(with: [0x1f, 0x8b]) else { return bytes }
    func failure(_ problem: String) -> ConfigurationError {
      ConfigurationError(file: file, line: 1, column: 1, problem: problem)
    }
    var stream = unsafe z_stream()
    // 16 more than the largest window asks for a gzip header.
    let status = unsafe inflateInit2_(
      &stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw failure("no memory to unpack it") }
    defer { unsafe inflateEnd(&stream) }
    var result: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 1 << 18)
    var used = 0
    while true {
      let step = unsafe inflate(&stream, bytes, from: used, into: &room)
      used += step.used
      result += room[..<step.made]
      if result.count > limit { throw failure("unpacked it is larger than \(limit >> 20) MiB") }
      if step.status == Z_STREAM_END { return result }
      guard step.status == Z_OK, step.used > 0 || step.made > 0 else {
        throw failure("what gzip packed is damaged or cut off")
      }
    }
  }

  private static func inflate(
    _ stream: inout z_stream, _ bytes: [UInt8], from start: Int, into room: inout [UInt8]
  ) -> (used: Int, made: Int, status: Int32) {
    var input = Array(bytes[start...].prefix(1 << 14))
    let (given, size) = (input.count, room.count)
    let status = unsafe input.withUnsafeMutableBytes { source in
      unsafe room.withUnsafeMutableBytes { target in
        unsafe stream.next_in = source.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe stream.avail_in = UInt32(given)
        unsafe stream.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe stream.avail_out = UInt32(size)
        return unsafe CZlib.inflate(&stream, Z_NO_FLUSH)
      }
    }
    let (left, free) = unsafe (Int(stream.avail_in), Int(stream.avail_out))
    return (given - left, size - free, status)
  }
}
