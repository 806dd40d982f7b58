internal import TSDBFormat
internal import TSDBStore

/// Fills a `ByteCensus` batch by batch, by one of three ways: where the next chunk begins (`ChunkPlaces`), the
/// lengths of the chunks, or what a reader of whole chunks tells.
struct ByteWalk {
  /// How bytes are known.
  enum Way {
    case places, lengths, chunks
  }

  private(set) var census: ByteCensus
  private let targets: TargetLabels
  private var places: ChunkPlaces?
  private var lengths: ChunkLengths?
  /// The labels of the series under way, once its batch is gone: where its last chunk ends, the next series tells.
  private var carried: [SeriesBatch.LabelSymbols] = []
  private var isSelected = false
  /// Bytes of that series so far.
  private var bytes: UInt64 = 0

  init(_ way: Way, of index: IndexFile, _ segments: ChunkSegments) {
    census = ByteCensus(symbols: index.symbols.count)
    targets = TargetLabels(index)
    places = way == .places ? ChunkPlaces(segments) : nil
    lengths = way == .lengths ? ChunkLengths(segments) : nil
  }

  /// False where the places of the chunks do not tell what they take.
  var isTrue: Bool { places?.isTrue ?? true }

  /// What was wrong with the chunks that were looked at.
  var damage: [FileError] { places?.lengths.damage ?? lengths?.damage ?? [] }

  /// Adds the series for which `selected` says so, all without it, after `statistics` counted their labels;
  /// `amounts` is what a reader of the chunks found in each.
  mutating func add(
    _ batch: SeriesBatch, selected: [Bool]?, amounts: [ByteCensus.Amount],
    _ statistics: SymbolStatistics
  ) {
    var (start, chunkStart) = (0, 0)
    var current: Range<Int>?
    for (number, entry) in batch.series.enumerated() {
      let labels = start..<entry.labelsEnd
      let chunks = chunkStart..<entry.chunksEnd
      (start, chunkStart) = (entry.labelsEnd, entry.chunksEnd)
      let counts = selected?[number] ?? true
      guard places != nil else {
        guard counts else { continue }
        let amount = lengths == nil ? amounts[number] : measured(batch.chunks, chunks)
        add(amount, to: batch.labels.span.extracting(labels), statistics)
        continue
      }
      for index in chunks {
        let before = places?.step(to: batch.chunks[index].reference) ?? 0
        bytes &+= UInt64(clamping: before)
        guard index == chunks.lowerBound else { continue }
        settle(batch, current, statistics)
        (current, isSelected) = (labels, counts)
      }
    }
    if let current { carried = Array(batch.labels[current]) }
  }

  /// Adds what is under way, when all series were read.
  mutating func finish(_ statistics: SymbolStatistics) {
    guard places != nil else { return }
    bytes &+= UInt64(clamping: places?.step(to: nil) ?? 0)
    settle(SeriesBatch(), nil, statistics)
  }

  /// Adds the series that is under way: the one with the labels `range` of `batch`, or the last of the batch before.
  private mutating func settle(
    _ batch: SeriesBatch, _ range: Range<Int>?, _ statistics: SymbolStatistics
  ) {
    let amount = ByteCensus.Amount(bytes: bytes)
    bytes = 0
    guard isSelected else { return }
    if let range {
      add(amount, to: batch.labels.span.extracting(range), statistics)
    } else {
      let labels = carried
      add(amount, to: labels.span, statistics)
    }
  }

  private mutating func measured(_ chunks: [ChunkMeta], _ range: Range<Int>) -> ByteCensus.Amount {
    var amount = ByteCensus.Amount()
    for index in range {
      amount.bytes &+= UInt64(clamping: lengths?.bytes(of: chunks[index].reference) ?? 0)
    }
    return amount
  }

  private mutating func add(
    _ amount: ByteCensus.Amount, to labels: Span<SeriesBatch.LabelSymbols>,
    _ statistics: SymbolStatistics
  ) {
    census.add(amount, to: labels, targets.target(of: labels), statistics)
  }
}
