internal import TSDBFormat

/// One file of a block's `chunks` folder, mapped; its header found sound.
public struct ChunkSegmentFile: Sendable {
  /// The file.
  public let file: MappedFile
  private var read = 0

  /// Opens the segment at `path` and checks its header.
  public init(path: String) throws(FileError) {
    let file = try MappedFile(path: path)
    try file.decode { () throws(DecodeError) in try ChunkSegment.checkHeader(file.bytes) }
    self.file = file
  }

  /// Pages are given back in pieces of this many bytes: chunks are read in the order of the file.
  private static let releaseStep = 16 << 20

  /// Gives the pages before `offset` back, now and then; for readers that go forward.
  public mutating func release(before offset: Int) {
    guard offset &- read >= Self.releaseStep else { return }
    file.release(read..<offset)
    read = offset
  }
}
