/// Reads all series of an index by walking their section, not through the postings, so that a broken
/// postings table costs no series (Prometheus: tsdb/index/index.go, `Decoder.Series`).
///
///     entry:  length uvarint | body | CRC-32C be32         (from version 2 on at multiples of 16)
///     body:   labels uvarint × (name uvarint, value uvarint) | chunks uvarint ×
///             (minTime, maxTime - minTime, reference; all but the first as deltas)
///
/// A bad entry is a finding, one for each stretch that cannot be read; the walk goes on at the next
/// place where an entry has a true checksum.
public struct SeriesReader: Sendable {
  /// How many series a batch holds.
  public static let batchSize = 512
  /// At most so many findings are kept apart; the rest is one more.
  static let findingLimit = 1000

  private let usesByteOffsets: Bool
  private let wantsChunks: Bool
  private let symbolCount: UInt64
  private let end: Int
  /// False where the table of contents is lost: then what follows the last good entry is no damage.
  private let endIsKnown: Bool
  /// Bytes that may still be tried in vain while looking for the next good entry; keeps the work on
  /// hostile files linear.
  private var searchBudget: Int
  private var unlistedFindings = 0

  /// File offset of the next entry.
  public private(set) var position: Int
  /// First byte behind the last good entry.
  public private(set) var lastEnd: Int
  /// What is wrong so far.
  public private(set) var damage: [DecodeError] = []

  /// A reader of the entries in `range` of the file.
  public init(
    header: IndexHeader, symbols: SymbolTable, range: Range<Int>, endIsKnown: Bool,
    wantsChunks: Bool
  ) {
    usesByteOffsets = header.usesByteOffsets
    self.wantsChunks = wantsChunks
    symbolCount = UInt64(symbols.count)
    end = range.upperBound
    self.endIsKnown = endIsKnown
    searchBudget = 1 << 20 &+ (range.count &* 16)
    position = range.lowerBound
    lastEnd = range.lowerBound
  }

  /// Fills `batch` with the next series; false when there are none left.
  public mutating func next(
    into batch: inout SeriesBatch, symbols: SymbolTable, file: RawSpan
  ) -> Bool {
    batch.removeAll()
    while batch.series.count < Self.batchSize {
      let start = aligned(position)
      guard start < end else {
        finish()
        break
      }
      do throws(DecodeError) {
        position = try read(at: start, into: &batch, symbols, file)
        lastEnd = position
      } catch {
        guard resume(after: start, error, symbols, file) else { break }
      }
    }
    return !batch.series.isEmpty
  }

  /// Steps to the next good entry behind the bad one at `start`; false if there is none.
  private mutating func resume(
    after start: Int, _ error: DecodeError, _ symbols: SymbolTable, _ file: RawSpan
  ) -> Bool {
    let found = search(after: start, symbols, file)
    position = found ?? end
    if found != nil || endIsKnown { note(error) }
    if found == nil { finish() }
    return found != nil
  }

  private mutating func note(_ error: DecodeError) {
    if damage.count < Self.findingLimit { damage.append(error) } else { unlistedFindings &+= 1 }
  }

  /// Makes one finding of those that were too many.
  private mutating func finish() {
    guard unlistedFindings > 0 else { return }
    damage.append(
      DecodeError(
        section: .indexSeries, offset: end,
        problem: .malformed(why: "\(unlistedFindings) more damaged stretches are not listed")))
    unlistedFindings = 0
  }

  private func aligned(_ offset: Int) -> Int {
    usesByteOffsets ? offset : (offset &+ 15) & ~15
  }

  /// The next place behind `start` where a whole entry with a true checksum stands.
  private mutating func search(
    after start: Int, _ symbols: SymbolTable, _ file: RawSpan
  ) -> Int? {
    var trial = SeriesBatch()
    var candidate = aligned(start &+ 1)
    while candidate < end, searchBudget > 0 {
      searchBudget &-= 1
      // Every entry has a length; a zero is padding.
      if file.byte(at: candidate) != 0 {
        var cursor = ByteCursor(
          file.extracting(candidate..<end), at: candidate, in: .indexSeries)
        searchBudget &-= min((try? cursor.count()) ?? 0, end &- candidate)
        trial.removeAll()
        if (try? read(at: candidate, into: &trial, symbols, file)) != nil { return candidate }
      }
      candidate = aligned(candidate &+ 1)
    }
    return nil
  }

  /// Reads the entry at `start` into `batch`, or leaves `batch` as it was; returns the first byte
  /// behind the entry.
  private func read(
    at start: Int, into batch: inout SeriesBatch, _ symbols: SymbolTable, _ file: RawSpan
  ) throws(DecodeError) -> Int {
    var cursor = ByteCursor(file.extracting(start..<end), at: start, in: .indexSeries)
    let length = try cursor.count()
    guard length >= 2 else {
      throw cursor.failure(
        .outOfRange(found: Int64(length), allowed: 2...Int64(max(end &- start, 2))),
        at: start)
    }
    let bodyStart = cursor.offset
    let bytes = try cursor.take(length)
    try cursor.checksum(of: bytes)
    var body = ByteCursor(bytes, at: bodyStart, in: .indexSeries)
    let labelCount = batch.labels.count
    let chunkCount = batch.chunks.count
    do throws(DecodeError) {
      try readLabels(&body, &batch.labels, symbols)
      let reference = usesByteOffsets ? start : start / 16
      try readChunks(&body, reference: UInt64(reference), into: &batch)
    } catch {
      batch.labels.removeLast(batch.labels.count &- labelCount)
      batch.chunks.removeLast(batch.chunks.count &- chunkCount)
      throw error
    }
    return cursor.offset
  }

  private func readLabels(
    _ body: inout ByteCursor, _ labels: inout [SeriesBatch.LabelSymbols], _ symbols: SymbolTable
  ) throws(DecodeError) {
    let count = try body.count(ofAtLeast: 2)
    var known = 0
    if !usesByteOffsets {
      let limit = symbolCount
      labels.append(addingCapacity: count) { room in
        known = body.uvarintPairs(atMost: count, below: limit) {
          room.append(SeriesBatch.LabelSymbols(name: $0, value: $1))
        }
      }
    }
    // What is left is at the end of the entry, or large, or wrong.
    for _ in known..<count {
      let name = try symbol(&body, symbols)
      let value = try symbol(&body, symbols)
      labels.append(SeriesBatch.LabelSymbols(name: name, value: value))
    }
  }

  private func symbol(
    _ body: inout ByteCursor, _ symbols: SymbolTable
  ) throws(DecodeError) -> UInt32 {
    let start = body.offset
    let found = try body.uvarint()
    if !usesByteOffsets, found < symbolCount { return UInt32(truncatingIfNeeded: found) }
    if usesByteOffsets, let index = symbols.index(startingAt: found) { return index }
    throw badSymbol(found, body, at: start)
  }

  private func badSymbol(
    _ found: UInt64, _ body: borrowing ByteCursor, at start: Int
  ) -> DecodeError {
    body.failure(
      usesByteOffsets
        ? .malformed(why: "no symbol starts at byte \(found)")
        : .outOfRange(
          found: Int64(clamping: found), allowed: 0...Int64(clamping: max(symbolCount, 1) &- 1)),
      at: start)
  }

  /// Times and references are sums of deltas and wrap around, as Go's do.
  private func readChunks(
    _ body: inout ByteCursor, reference: UInt64, into batch: inout SeriesBatch
  ) throws(DecodeError) {
    let count = try body.count(ofAtLeast: 3)
    var minTime: Int64 = 0
    var maxTime: Int64 = 0
    var place: UInt64 = 0
    var first: Int64 = 0
    for index in 0..<count {
      if index == 0 {
        minTime = try body.varint()
        first = minTime
        maxTime = minTime &+ Int64(bitPattern: try body.uvarint())
        place = try body.uvarint()
      } else {
        minTime = maxTime &+ Int64(bitPattern: try body.uvarint())
        maxTime = minTime &+ Int64(bitPattern: try body.uvarint())
        place = place &+ UInt64(bitPattern: try body.varint())
      }
      if wantsChunks {
        batch.chunks.append(
          ChunkMeta(
            reference: ChunkReference(rawValue: place), minTime: minTime, maxTime: maxTime))
      }
    }
    guard body.isAtEnd else { throw body.failure(.trailingBytes(count: body.remaining)) }
    batch.series.append(
      SeriesBatch.Series(
        reference: reference, labelsEnd: batch.labels.count, chunkCount: count,
        chunksEnd: batch.chunks.count, minTime: first, maxTime: maxTime))
  }
}
