/// Lays series out as a block's `index`, format version 2, to the byte as servers do (Prometheus:
/// tsdb/index/index.go, `Writer`).
///
///     header | symbols | series … | label indices … | postings … | label offset table
///     | postings offset table | table of contents
///
/// First all symbols are appended, sorted; then all series, in label order; then the rest follows from
/// them. What was laid out is taken piece by piece with `drain`. Memory: the symbols, and eight bytes
/// for each label of each series.
public struct IndexWriter: Sendable {
  /// Takes what comes next of the file.
  public typealias Flush<Failure: Error> = (_ bytes: RawSpan) throws(Failure) -> Void

  private var pending = ByteBuffer()
  private var written = 0
  private var symbols = ByteBuffer()
  private var symbolEnds: [Int] = []
  private var seriesStart: Int?
  private var series: [UInt32] = []
  private var postings = PostingsCollection()
  private let writesLabelIndices: Bool

  /// At the begin of an index. `writesLabelIndices` is what Prometheus did up to 3.6; nothing since 2.2
  /// reads them.
  public init(writesLabelIndices: Bool = false) {
    self.writesLabelIndices = writesLabelIndices
    pending.append(bigEndian: IndexHeader.magic)
    pending.append(2)
  }

  /// Bytes of the file so far.
  private var position: Int { written + pending.count }

  /// Appends the next symbol, which must come behind the one before; its number is how many there were.
  public mutating func append(symbol: RawSpan) {
    precondition(seriesStart == nil)
    symbols.append(symbol)
    symbolEnds.append(symbols.count)
  }

  /// How many symbols there are.
  public var symbolCount: Int { symbolEnds.count }

  /// Appends the next series. Its symbols must be there, and its chunks in the order of time and of
  /// their places. Gives how postings and tombstones refer to it; nil for one behind 64 GiB, which no
  /// index can hold.
  public mutating func append(
    _ labels: ArraySlice<SeriesBatch.LabelSymbols>, _ chunks: ArraySlice<ChunkMeta>
  ) -> UInt32? {
    if seriesStart == nil { writeSymbols() }
    pad(to: 16)
    guard let reference = UInt32(exactly: position / 16) else { return nil }
    var body = ByteBuffer()
    body.append(uvarint: UInt64(labels.count))
    for label in labels {
      body.append(uvarint: UInt64(label.name))
      body.append(uvarint: UInt64(label.value))
    }
    Self.write(chunks, to: &body)
    pending.append(uvarint: UInt64(body.count))
    let start = pending.count
    pending.append(body.bytes)
    pending.append(checksumFrom: start)
    series.append(reference)
    var last: SeriesBatch.LabelSymbols?
    for label in labels where label != last {
      postings.add(label, reference)
      last = label
    }
    return reference
  }

  /// Times and places are written as differences, which wrap around as Go's do.
  private static func write(_ chunks: ArraySlice<ChunkMeta>, to body: inout ByteBuffer) {
    body.append(uvarint: UInt64(chunks.count))
    var last: (maxTime: Int64, place: UInt64)?
    for chunk in chunks {
      let place = chunk.reference.rawValue
      if let last {
        body.append(uvarint: UInt64(bitPattern: chunk.minTime &- last.maxTime))
      } else {
        body.append(varint: chunk.minTime)
      }
      body.append(uvarint: UInt64(bitPattern: chunk.maxTime &- chunk.minTime))
      if let last {
        body.append(varint: Int64(bitPattern: place &- last.place))
      } else {
        body.append(uvarint: place)
      }
      last = (chunk.maxTime, place)
    }
  }

  /// Hands over what was laid out so far, if it is worth it.
  public mutating func drain<Failure: Error>(to flush: Flush<Failure>) throws(Failure) {
    if pending.count >= 1 << 20 { try handOver(to: flush) }
  }

  private mutating func handOver<Failure: Error>(to flush: Flush<Failure>) throws(Failure) {
    guard pending.count > 0 else { return }
    try flush(pending.bytes)
    written += pending.count
    pending.truncate(to: 0)
  }

  /// Writes what follows the series, and hands over the rest of the file.
  public mutating func finish<Failure: Error>(to flush: Flush<Failure>) throws(Failure) {
    if seriesStart == nil { writeSymbols() }
    let lists = postings.sorted()
    var contents = Contents(series: seriesStart ?? 0, labelIndices: position)
    let labelTable = writesLabelIndices ? writeLabelIndices(lists.pairs) : nil
    contents.postings = position
    let table = try writePostings(lists, to: flush)
    contents.labelOffsetTable = position
    if let labelTable { pending.append(table: labelTable) }
    contents.postingsOffsetTable = position
    pending.append(table: table)
    contents.write(to: &pending)
    try handOver(to: flush)
  }
}

extension IndexWriter {
  private struct Contents {
    var series: Int
    var labelIndices: Int
    var postings = 0
    var labelOffsetTable = 0
    var postingsOffsetTable = 0

    func write(to output: inout ByteBuffer) {
      let start = output.count
      let places = [
        IndexHeader.byteCount, series, labelIndices, labelOffsetTable, postings,
        postingsOffsetTable,
      ]
      for place in places { output.append(bigEndian: UInt64(place)) }
      output.append(checksumFrom: start)
    }
  }

  private mutating func pad(to size: Int) {
    let over = position % size
    if over > 0 { pending.append(zeros: size - over) }
  }

  /// Appends the bytes of a symbol behind their length.
  private func append(symbol number: Int, to output: inout ByteBuffer) {
    let start = number == 0 ? 0 : symbolEnds[number - 1]
    output.append(lengthPrefixed: symbols.bytes(in: start..<symbolEnds[number]))
  }

  private mutating func writeSymbols() {
    var output = ByteBuffer()
    swap(&output, &pending)
    let start = output.count
    output.append(bigEndian: UInt32(0))
    output.append(bigEndian: UInt32(truncatingIfNeeded: symbolEnds.count))
    for number in symbolEnds.indices { append(symbol: number, to: &output) }
    output.put(
      bigEndian: UInt32(truncatingIfNeeded: output.count - start - 4), at: start)
    output.append(checksumFrom: start + 4)
    swap(&output, &pending)
    seriesStart = position
  }

  /// Writes the values of each label name; gives the body of the table that leads to them.
  private mutating func writeLabelIndices(_ pairs: [PostingsCollection.Pair]) -> ByteBuffer {
    var entries = ByteBuffer()
    var count: UInt32 = 0
    var rest = pairs[...]
    while let name = rest.first?.name {
      let values = rest.prefix { $0.name == name }
      rest = rest.dropFirst(values.count)
      pad(to: 4)
      entries.append(1)
      append(symbol: Int(name), to: &entries)
      entries.append(uvarint: UInt64(position))
      count += 1
      pending.append(bigEndian: UInt32(truncatingIfNeeded: 8 + 4 * values.count))
      let start = pending.count
      pending.append(bigEndian: UInt32(1))
      pending.append(bigEndian: UInt32(truncatingIfNeeded: values.count))
      for value in values { pending.append(bigEndian: value.value) }
      pending.append(checksumFrom: start)
    }
    var table = ByteBuffer()
    table.append(bigEndian: count)
    table.append(entries.bytes)
    return table
  }

  /// Writes the list of all series, then that of each label; gives the body of the table that leads to
  /// them.
  private mutating func writePostings<Failure: Error>(
    _ lists: PostingsCollection.Lists, to flush: Flush<Failure>
  ) throws(Failure) -> ByteBuffer {
    var table = ByteBuffer()
    table.append(bigEndian: UInt32(truncatingIfNeeded: lists.pairs.count + 1))
    pad(to: 4)
    table.append(2)
    table.append(0)
    table.append(0)
    table.append(uvarint: UInt64(position))
    writeList(series[...])
    for pair in lists.pairs {
      try drain(to: flush)
      pad(to: 4)
      table.append(2)
      append(symbol: Int(pair.name), to: &table)
      append(symbol: Int(pair.value), to: &table)
      table.append(uvarint: UInt64(position))
      writeList(lists.series[pair.range])
    }
    return table
  }

  private mutating func writeList(_ list: ArraySlice<UInt32>) {
    pending.append(bigEndian: UInt32(truncatingIfNeeded: 4 + 4 * list.count))
    let start = pending.count
    pending.append(bigEndian: UInt32(truncatingIfNeeded: list.count))
    for reference in list { pending.append(bigEndian: reference) }
    pending.append(checksumFrom: start)
  }
}

/// Which series have which label, collected in the order of the series.
private struct PostingsCollection: Sendable {
  struct Pair {
    var name: UInt32
    var value: UInt32
    /// Where its series are in the list of all.
    var range: Range<Int>
  }

  struct Lists {
    /// By name, then by value.
    var pairs: [Pair]
    /// The series of each pair, one pair after the other.
    var series: [UInt32]
  }

  private var numbers: [UInt64: UInt32] = [:]
  private var keys: [UInt64] = []
  private var counts: [Int] = []
  private var uses: [(pair: UInt32, series: UInt32)] = []

  mutating func add(_ label: SeriesBatch.LabelSymbols, _ series: UInt32) {
    let key = UInt64(label.name) &<< 32 | UInt64(label.value)
    let number = numbers[key] ?? UInt32(truncatingIfNeeded: keys.count)
    if Int(number) == keys.count {
      numbers[key] = number
      keys.append(key)
      counts.append(0)
    }
    counts[Int(number)] += 1
    uses.append((number, series))
  }

  /// Symbols are sorted, so their numbers sort as they do.
  func sorted() -> Lists {
    let order = keys.indices.sorted { keys[$0] < keys[$1] }
    var next = [Int](repeating: 0, count: keys.count)
    var pairs: [Pair] = []
    pairs.reserveCapacity(keys.count)
    var start = 0
    for number in order {
      next[number] = start
      pairs.append(
        Pair(
          name: UInt32(truncatingIfNeeded: keys[number] &>> 32),
          value: UInt32(truncatingIfNeeded: keys[number]), range: start..<start + counts[number]))
      start += counts[number]
    }
    var series = [UInt32](repeating: 0, count: uses.count)
    for use in uses {
      series[next[Int(use.pair)]] = use.series
      next[Int(use.pair)] += 1
    }
    return Lists(pairs: pairs, series: series)
  }
}

extension ByteBuffer {
  /// Appends a table: its length, its body, its checksum.
  fileprivate mutating func append(table body: borrowing ByteBuffer) {
    append(bigEndian: UInt32(truncatingIfNeeded: body.count))
    let start = count
    append(body.bytes)
    append(checksumFrom: start)
  }
}
