internal import TSDBFormat
internal import TSDBStore

/// One pass over a log: tasks decode slices, and one consumer takes what they made, in the order of
/// replay, so that the result is the same for any number of tasks.
enum LogPass {
  /// What a task fills, and the consumer empties; used again for other slices. It passes from one to
  /// the other; only the one that has it touches it.
  protocol Buffer: AnyObject, Sendable {
    /// What was read last.
    var batch: RecordBatch { get }
    /// Reads a slice into the buffer, instead of what was in it.
    func decode(_ slice: SegmentSlice)
  }

  /// The records of a slice, and nothing else.
  final class Records: Buffer, @unchecked Sendable {
    var batch = RecordBatch()
    func decode(_ slice: SegmentSlice) { slice.read(into: &batch) }
  }

  /// Reads `slices` with `jobs` tasks, into buffers that `make` makes; `consume` gets them one at a time.
  static func run<B: Buffer, Failure: Error>(
    _ slices: [SegmentSlice], jobs: Int, make: @escaping @Sendable () -> B,
    consume: (B, SegmentSlice) throws(Failure) -> Void
  ) async throws(Failure) {
    let spare = Spare(make)
    try await inOrder(slices, jobs: jobs) { slice in
      let buffer = spare.take()
      buffer.decode(slice)
      return (slice: slice, buffer: buffer)
    } take: { decoded throws(Failure) in
      try consume(decoded.buffer, decoded.slice)
      // More than one batch of records is so rare that it need not be fast.
      var slice = decoded.slice
      while let rest = slice.rest(behind: decoded.buffer.batch) {
        slice = rest
        decoded.buffer.decode(slice)
        try consume(decoded.buffer, slice)
      }
      spare.give(decoded.buffer)
    }
  }
}
