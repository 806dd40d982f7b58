internal import TSDBAnalysis

/// What a server of a release takes for each part of a head while it replays it, in bytes, with the garbage that
/// goes with it; fitted to the peak resident memory of real servers (Docs/memory.md).
struct ReplayCosts {
  /// A server that holds nothing: the program, its runtime, the stripes of `seriesHashmap`.
  let base: Double
  /// A `memSeries` with its open chunk, appender and ring of transactions (Prometheus: tsdb/head.go,
  /// `memSeries`, `memChunk`), and its places in maps.
  let series: Double
  /// A label of a series: its place in a postings list (tsdb/index/postings.go, `MemPostings`), and where labels
  /// are no single string (model/labels/labels.go), two strings with their headers.
  let label: Double
  /// A byte of a name or value: each series that is read from the log has labels of its own.
  let labelByte: Double
  /// A distinct label pair: its entry in `MemPostings`, and the list of series behind it.
  let pair: Double
  /// A sample that replay keeps: its part of a head chunk's entry (`mmappedChunk`), and of what was decoded.
  let sample: Double
  /// A byte of a record with native histograms: they are decoded into buckets of eight bytes.
  let histogramByte: Double
  /// A sample of the WBL: open chunks of 32 samples (tsdb/ooo_head.go), and the chunks they become.
  let outOfOrderSample: Double
  /// A sample of the largest record: slices of that size wait for the workers that append them, and are kept
  /// for the next record (tsdb/head_wal.go, `loadWAL`: `decoded`, `wlReplaySamplesPool`).
  let sampleOfRecord: Double
  /// A byte of the samples that wait for the workers (`bufferedBytes`).
  let bufferedByte: Double
  /// How often the estimate suffices: when the garbage collector comes is chance.
  let margin: Double
  /// The first block that is written out of the head, after replay (`BlockCosts`).
  let block: BlockCosts

  /// GOGC is 100: the heap may become twice what was in use.
  static let v2_42 = ReplayCosts(
    base: 44e6, series: 680, label: 66, labelByte: 1.1, pair: 220, sample: 1.6,
    histogramByte: 2.3, outOfOrderSample: 81, sampleOfRecord: 830, bufferedByte: 2.1,
    margin: 1.3, block: BlockCosts(base: 80e6, series: 150, pairByte: 2.2))

  /// GOGC is 100 until the storage is open; only then the 75 of its configuration count
  /// (cmd/prometheus/main.go, `reloadConfig`).
  static let v2_53 = ReplayCosts(
    base: 68e6, series: 770, label: 57, labelByte: 1.1, pair: 110, sample: 3.3,
    histogramByte: 2, outOfOrderSample: 94, sampleOfRecord: 590, bufferedByte: 2,
    margin: 1.3, block: BlockCosts(base: 60e6, series: 150, pairByte: 2.2))

  /// GOGC is 75 from the start (`updateGoGC`), the labels of a series are one string, and nine tenths of the
  /// limit of a control group bound the heap (`--auto-gomemlimit`).
  static let v3_5 = ReplayCosts(
    base: 70e6, series: 680, label: 14, labelByte: 1.25, pair: 110, sample: 3.6,
    histogramByte: 1.5, outOfOrderSample: 84, sampleOfRecord: 890, bufferedByte: 1.2,
    margin: 1.25, block: BlockCosts(base: 60e6, series: 150, pairByte: 2.2))
}

extension ReplayCosts {
  /// What series take.
  func bytes(of head: HeadLoad) -> Double {
    Double(head.series) * series + Double(head.labels) * label
      + Double(head.labelBytes) * labelByte + Double(head.pairs) * pair
  }

  /// What all records take that are no series, and the files of `chunks_head`, which are mapped.
  func bytes(ofRecords load: ReplayLoad) -> Double {
    Double(load.samples) * sample + Double(load.largestRecord) * sampleOfRecord
      + bufferedBytes(load) * bufferedByte
      + Double(load.histogramBytes) * histogramByte
      + Double(load.outOfOrderSamples) * outOfOrderSample + Double(load.headChunkBytes)
  }

  /// Bytes of the samples that can wait for workers: 300 slices, of a record or of at most 5,000 samples of 24
  /// bytes (`loadWAL`).
  private func bufferedBytes(_ load: ReplayLoad) -> Double {
    min(Double(load.decodedSamples), 300 * min(load.recordSize, 5000)) * 24
  }
}
