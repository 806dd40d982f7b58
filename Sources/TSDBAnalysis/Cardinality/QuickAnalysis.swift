public import TSDBFormat
public import TSDBStore

/// A block as its `meta.json` and the postings offset table of its index tell of it, which is exact, and takes a
/// hundredth of the time of a `BlockAnalysis`: neither series nor chunks are looked at, so that it does not know
/// what they say alone (churn, targets, what tombstones delete), nor whether they can be read.
public struct QuickAnalysis: Sendable {
  /// The block's folder.
  public let folder: BlockFolder
  /// What `meta.json` says.
  public let meta: BlockMeta?
  /// What was deleted and not yet compacted away; nil if that cannot be read, nothing where there is no such file.
  public let tombstones: [Tombstone]?
  /// Everything that is wrong with what was read.
  public let damage: [FileError]
  private let pairs: TablePairs?

  /// Looks at the block in `folder`.
  public init(of folder: BlockFolder) {
    self.folder = folder
    var damage = folder.damage
    do {
      meta = try folder.meta.get()
    } catch {
      meta = nil
      damage.append(error)
    }
    var tombstones: [Tombstone]? = []
    if let file = folder.tombstones {
      do throws(FileError) {
        tombstones = try Block.readTombstones(path: file.path)
      } catch {
        tombstones = nil
        damage.append(error)
      }
    }
    self.tombstones = tombstones
    var pairs: TablePairs?
    if let index = folder.index {
      do throws(FileError) {
        pairs = try TablePairs(path: index.path)
      } catch {
        damage.append(error)
      }
    }
    self.pairs = pairs
    if let meta, let file = folder.metaFile, let series = pairs?.series,
      meta.stats.numSeries != UInt64(series)
    {
      let problem = DecodeError.Problem.mismatch(
        what: "numSeries", expected: Int64(series), found: Int64(clamping: meta.stats.numSeries))
      damage.append(
        .damaged(path: file.path, DecodeError(section: .meta, offset: 0, problem: problem)))
    }
    self.damage = damage
  }

  /// The block's name: that in `meta.json`, else that of the folder.
  public var name: String { meta?.ulid.description ?? folder.name }

  /// Series of the block, as its list of all series has them; nil if that cannot be read.
  public var series: UInt64? { pairs?.series.map { UInt64($0) } }

  /// The tables that need no series, with at most `limit` lines each; those of churn and targets are empty. Nil if
  /// the table cannot be read.
  public func cardinality(limit: Int) -> Cardinality? {
    guard let pairs else { return nil }
    return Cardinality(
      of: pairs, series: series ?? meta?.stats.numSeries ?? 0, range: nil, limit: limit)
  }
}

/// The labels of a block, read from its postings offset table each time they are asked for. The number of a label
/// is the file offset of its entry.
private struct TablePairs: LabelPairs, Sendable {
  let names: [[UInt8]]
  /// Series in the list of all of them; nil if there is no such list.
  let series: Int?
  private let numbers: [[UInt8]: Int]
  private let file: MappedFile
  private let contents: IndexTOC
  private let source: PostingsSizes.Source

  /// Reads the index at `path`, whose checksums of the table of contents and of the offset table must be true.
  init(path: String) throws(FileError) {
    let file = try MappedFile(path: path)
    contents = try file.decode { () throws(DecodeError) in
      _ = try IndexHeader(of: file.bytes)
      return try IndexTOC(of: file.bytes)
    }
    try file.refuseHoles()
    let contents = contents
    let walk = try file.decode { () throws(DecodeError) in
      let walk = try Walk(file, contents, .places)
      return walk.disagrees ? try Walk(file, contents, .lists) : walk
    }
    self.file = file
    source = walk.source
    names = walk.names
    numbers = walk.numbers
    series = walk.series
  }

  /// What one walk over the table finds.
  private struct Walk {
    let source: PostingsSizes.Source
    var names: [[UInt8]] = []
    var numbers: [[UInt8]: Int] = [:]
    var series: Int?
    var disagrees = false

    init(
      _ file: MappedFile, _ contents: IndexTOC, _ source: PostingsSizes.Source
    ) throws(DecodeError) {
      self.source = source
      var sizes = try PostingsSizes(of: file.bytes, contents: contents, from: source) {
        file.release($0)
      }
      var last: [UInt8] = []
      while let entry = try sizes.next() {
        if entry.name.byteCount == 0, entry.value.byteCount == 0 {
          series = entry.series
        } else if names.isEmpty || !last.rawBytes.isEqual(to: entry.name) {
          last = [UInt8](entry.name)
          note(last)
        }
      }
      disagrees = sizes.disagrees
    }

    private mutating func note(_ name: [UInt8]) {
      guard numbers[name] == nil else { return }
      numbers[name] = names.count
      names.append(name)
    }
  }

  func forEachPair(_ body: (LabelPair, Int) -> Void) {
    // What can be wrong was met when the names were read.
    guard !names.isEmpty,
      var sizes = try? PostingsSizes(of: file.bytes, contents: contents, from: source)
    else { return }
    var last = 0
    var name = names[0]
    var released = sizes.position
    while let entry = try? sizes.next() {
      if entry.name.byteCount == 0, entry.value.byteCount == 0 { continue }
      if !name.rawBytes.isEqual(to: entry.name) {
        name = [UInt8](entry.name)
        last = numbers[name] ?? 0
      }
      body(
        LabelPair(
          name: last, valueLength: entry.value.byteCount, series: UInt64(entry.series), uncovered: 0
        ), entry.offset)
      if sizes.position &- released >= Self.releaseStep {
        file.release(released..<sizes.position)
        released = sizes.position
      }
    }
  }

  /// Pages are given back in pieces of this many bytes.
  private static let releaseStep = 4 << 20

  func value(of number: Int) -> [UInt8] {
    guard let entry = try? PostingsOffsetTable.entry(at: number, of: file.bytes) else { return [] }
    return [UInt8](entry.value)
  }

  func key(of number: Int) -> [UInt8] {
    guard let entry = try? PostingsOffsetTable.entry(at: number, of: file.bytes) else { return [] }
    return [UInt8](entry.name) + [UInt8(ascii: "=")] + [UInt8](entry.value)
  }

  func isOrdered(_ number: Int, before other: Int) -> Bool {
    let bytes = file.bytes
    guard let first = try? PostingsOffsetTable.entry(at: number, of: bytes),
      let second = try? PostingsOffsetTable.entry(at: other, of: bytes)
    else { return number < other }
    if first.name.isEqual(to: second.name) { return first.value.precedes(second.value) }
    return key(of: number).lexicographicallyPrecedes(key(of: other))
  }
}
