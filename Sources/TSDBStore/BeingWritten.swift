public import TSDBFormat

extension DataDirectory {
  /// True where `problem` is what a running server has not finished writing, and no damage: the end of the
  /// last segment of a log, or of the last file of `chunks_head`.
  ///
  /// A server begins a segment of its own as it starts, and hands records over page by page; chunks it
  /// hands over in pieces of 64 KiB and more, into a file that was made longer before.
  public func isBeingWritten(_ problem: FileError) -> Bool {
    guard lock.isHeld, case .damaged(let path, let error) = problem else { return false }
    return isBeingWritten(path: path, offset: error.offset, isEnd: error.problem.code.isEnd)
  }

  /// The same for what is wrong in the file `path` at `offset`; `isEnd` is true where a record ends too early.
  public func isBeingWritten(path: String, offset: Int, isEnd: Bool) -> Bool {
    guard lock.isHeld else { return false }
    if path == wal?.segments.last?.path || path == wbl?.segments.last?.path {
      return isEnd
    }
    guard path == headChunks.last?.path, let file = try? MappedFile(path: path) else {
      return false
    }
    return file.lastWrittenByte.map { $0 &- offset < Self.mostOfAChunk } ?? true
  }

  /// More than a server writes of a chunk before the rest of it follows.
  private static let mostOfAChunk = 64 << 10
}

extension DecodeError.Code {
  /// True for what ends too early.
  public var isEnd: Bool { self == .torn || self == .truncated }
}

extension MappedFile {
  /// The last byte that is not zero; nil where all are.
  fileprivate var lastWrittenByte: Int? {
    var offset = size
    while offset > 0 {
      offset -= 1
      if bytes.byte(at: offset) != 0 { return offset }
    }
    return nil
  }
}
