public import TSDBFormat

/// The `index` of a block, mapped; opened even where parts of it are damaged.
///
/// What is wrong becomes `damage` (header, table of contents, symbols), that of `checkTables` (all
/// other sections but the series) or `SeriesSequence.damage`. Only a file that cannot be opened is an
/// error.
public struct IndexFile: Sendable {
  /// The file.
  public let file: MappedFile
  /// Magic number and version; version 2 is assumed where the file's own header is damaged, and where it says 1 by
  /// a fault of Prometheus 2.1.
  public let header: IndexHeader
  /// Where the sections start; nil if the table of contents is damaged.
  public let contents: IndexTOC?
  /// The label names and values.
  public let symbols: SymbolTable
  /// What is wrong with the header, the table of contents and the symbols.
  public let damage: [FileError]

  /// Opens the index at `path`; throws `FileError.system` if it cannot be read, and
  /// `FileError.damaged` for a sparse file of which nothing but its two ends is looked at.
  public init(path: String) throws(FileError) {
    let file = try MappedFile(path: path)
    file.willReadSequentially()
    var damage: [DecodeError] = []
    do throws(DecodeError) {
      let own = try IndexHeader(of: file.bytes)
      header = own.version == 1 && Self.isOf21(path) ? IndexHeader(assuming: 2) : own
    } catch {
      damage.append(error)
      header = IndexHeader(assuming: 2)
    }
    do throws(DecodeError) {
      contents = try IndexTOC(of: file.bytes)
    } catch {
      damage.append(error)
      contents = nil
    }
    do throws(FileError) {
      try file.refuseHoles()
    } catch {
      // The table of contents is at the end, and says the most.
      throw damage.last.map { .damaged(path: path, $0) } ?? error
    }
    // Every writer puts the symbols right behind the header.
    symbols = SymbolTable(of: file.bytes, at: contents?.symbols ?? IndexHeader.byteCount) {
      file.release($0)
    }
    damage += symbols.damage
    self.file = file
    self.damage = damage.map { .damaged(path: path, $0) }
  }

  /// True for the index of a block of Prometheus 2.1, which wrote version 2, and 1 into the header; 2 went into
  /// `meta.json` instead. A server puts both right before it opens the block (tsdb/repair.go,
  /// `repairBadIndexVersion`).
  private static func isOf21(_ path: String) -> Bool {
    let folder = path.dropLast(FileSystem.lastPart(of: path).count)
    return (try? BlockMeta.read(path: folder + "meta.json"))?.version == 2
  }

  /// The bytes of symbol `index`, which must be one.
  public func symbol(_ index: Int) -> [UInt8] {
    [UInt8](symbols.bytes(of: index, in: file.bytes))
  }

  /// Reads and checks the sections behind the series; nil where the table of contents is lost, because
  /// then nothing tells where they are.
  public func checkTables() -> IndexTables? {
    guard let contents else { return nil }
    let tables = IndexTables(of: file.bytes, contents: contents) { file.release($0) }
    file.release(contents.labelIndices..<file.size)
    return tables
  }

  /// All series, in the order of the file. Reading them anew starts from the first.
  public func series(chunks wantsChunks: Bool = false) -> SeriesSequence {
    let limit = max(file.size &- IndexTOC.byteCount, 0)
    let start = min(contents?.series ?? symbols.end, limit)
    let end = max(contents.map(\.labelIndices) ?? limit, start)
    return SeriesSequence(
      index: self,
      reader: SeriesReader(
        header: header, symbols: symbols, range: start..<end, endIsKnown: contents != nil,
        wantsChunks: wantsChunks))
  }
}

/// The series of an index, batch by batch:
///
///     var sequence = index.series()
///     while sequence.next() { for series in sequence.batch.series { … } }
public struct SeriesSequence: Sendable {
  private let index: IndexFile
  private var reader: SeriesReader
  private var released = 0
  /// The series of the last `next`.
  public private(set) var batch = SeriesBatch()

  init(index: IndexFile, reader: SeriesReader) {
    self.index = index
    self.reader = reader
    released = reader.position
  }

  /// Pages are given back in pieces of this many bytes, so that a large index never stays in memory.
  private static let releaseStep = 4 << 20

  /// Fills `batch` with the next series; false when there are none left.
  public mutating func next() -> Bool {
    let index = index
    let found = reader.next(into: &batch, symbols: index.symbols, file: index.file.bytes)
    if reader.position &- released >= Self.releaseStep {
      index.file.release(released..<reader.position)
      released = reader.position
    }
    return found
  }

  /// File offset behind the last series read.
  public var position: Int { reader.position }

  /// What was wrong with the series so far.
  public var damage: [FileError] {
    reader.damage.map { .damaged(path: index.file.path, $0) }
  }
}
