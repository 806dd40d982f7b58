public import TSDBFormat
public import TSDBStore

/// Packed rows that are written once and read once, front to back; when they are many, they wait in a
/// temporary file.
public final class SpilledRows {
  private let folder: String
  private var rows = ByteBuffer()
  private var file: SpillFile?
  private var extents: [SpillFile.Extent] = []
  /// Bytes that are kept in memory; a row may be longer.
  private let limit: Int

  /// No rows; with a temporary file in `folder` if they take more than `limit` bytes.
  public init(in folder: String, limit: Int = 8 << 20) {
    self.folder = folder
    self.limit = limit
  }

  /// Appends one row, or several. Throws `FileError.system` if the temporary file cannot be written.
  public func append(_ row: borrowing ByteBuffer) throws(FileError) {
    rows.append(row.bytes)
    guard rows.count >= limit else { return }
    var rows = ByteBuffer()
    swap(&rows, &self.rows)
    defer { swap(&rows, &self.rows) }
    let file: SpillFile
    if let known = self.file { file = known } else { file = try SpillFile(in: folder) }
    self.file = file
    extents.append(try file.append([UInt8](rows.bytes).span))
    rows.truncate(to: 0)
  }

  /// Calls `body` with all rows, in pieces that hold whole ones. Throws what it throws, and
  /// `FileError.system` if the temporary file cannot be read.
  public func forEachPiece(_ body: (RawSpan) throws(FileError) -> Void) throws(FileError) {
    if let file {
      for extent in extents {
        var piece = [UInt8](repeating: 0, count: extent.size)
        var target = piece.mutableSpan
        try file.read(extent, into: &target, at: 0)
        try body(piece.rawBytes)
      }
    }
    var rest = ByteBuffer()
    swap(&rest, &rows)
    defer { swap(&rest, &rows) }
    try body(rest.bytes)
  }
}
