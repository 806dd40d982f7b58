internal import TSDBFormat

/// One pass over a log: tasks decode slices, and one consumer takes what they made, in the order of
/// replay, so that the result is the same for any number of tasks.
enum LogPass {
  /// What a task fills, and the consumer empties; used again for other slices. It passes from one to
  /// the other; only the one that has it touches it.
  protocol Buffer: AnyObject, Sendable {
    /// What was read last.
    var batch: RecordBatch { get }
    /// Reads a slice into the buffer, instead of what was in it.
    func decode(_ slice: LogSlice)
  }

  /// Reads `slices` with `jobs` tasks at most, into buffers that `make` makes; `consume` gets them one
  /// at a time.
  static func run<B: Buffer>(
    _ slices: [LogSlice], jobs: Int, make: () -> B, consume: (B, LogSlice) throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: (Int, B).self) { group in
      var started = 0
      func startNext(into buffer: B) {
        guard started < slices.count else { return }
        let index = started
        started += 1
        group.addTask {
          buffer.decode(slices[index])
          return (index, buffer)
        }
      }
      for _ in 0..<max(jobs, 1) + 1 { startNext(into: make()) }
      var decoded: [Int: B] = [:]
      var turn = 0
      while let (index, buffer) = try await group.next() {
        decoded[index] = buffer
        while let buffer = decoded.removeValue(forKey: turn) {
          try consume(buffer, slices[turn])
          // More than one batch of records is so rare that it need not be fast.
          var slice = slices[turn]
          while let rest = slice.rest(behind: buffer.batch) {
            slice = rest
            buffer.decode(slice)
            try consume(buffer, slice)
          }
          turn += 1
          startNext(into: buffer)
        }
      }
    }
  }
}
