/// Every named part of every file that is decoded.
///
/// The raw value is the stem of the rule ids that findings carry (`wal.fragment` + `checksum`), so a
/// name, once released, stays.
public enum Section: String, Sendable, CaseIterable {
  case indexHeader = "index.header"
  case indexTOC = "index.toc"
  case indexSymbols = "index.symbols"
  case indexSeries = "index.series"
  case indexSeriesOrder = "index.series.order"
  case indexSeriesDuplicate = "index.series.duplicate"
  case indexSeriesLabelOrder = "index.series.label-order"
  case indexSeriesLabelDuplicate = "index.series.label-duplicate"
  case indexSeriesChunkOrder = "index.series.chunk-order"
  case indexLabelIndex = "index.label-index"
  case indexLabelOffsetTable = "index.label-offset-table"
  case indexPostings = "index.postings"
  case indexPostingsOffsetTable = "index.postings-offset-table"

  case indexHeaderFile = "index-header"

  case chunkSegmentHeader = "chunks.header"
  case chunk = "chunks.chunk"
  case chunkData = "chunks.data"

  case headChunkHeader = "chunks-head.header"
  case headChunk = "chunks-head.chunk"

  case tombstonesHeader = "tombstones.header"
  case tombstones = "tombstones.entries"

  case meta = "meta"

  case walPage = "wal.page"
  case walFragment = "wal.fragment"
  case walRecord = "wal.record"
  case walCompression = "wal.compression"
  case oldSegmentHeader = "wal.old-header"
  case oldSegmentEntry = "wal.old-entry"
  case seriesRecord = "record.series"
  case samplesRecord = "record.samples"
  case samplesV2Record = "record.samples-v2"
  case tombstonesRecord = "record.tombstones"
  case exemplarsRecord = "record.exemplars"
  case mmapMarkersRecord = "record.mmap-markers"
  case metadataRecord = "record.metadata"
  case histogramSamplesRecord = "record.histogram-samples"
  case floatHistogramSamplesRecord = "record.float-histogram-samples"
  case histogramSamplesV2Record = "record.histogram-samples-v2"
  case floatHistogramSamplesV2Record = "record.float-histogram-samples-v2"
  case unknownRecord = "record.unknown"

  case snapshotRecord = "snapshot.record"
  case snapshotSeries = "snapshot.series"
  case snapshotTombstones = "snapshot.tombstones"
  case snapshotExemplars = "snapshot.exemplars"
  case seriesState = "wal.series-state"

  case walSegments = "wal.segments"
  case oldLog = "wal.old"
  case foreignLog = "wal.foreign"
  case checkpoint = "wal.checkpoint"
  case headChunkFiles = "chunks-head.files"
  case chunkSegmentFiles = "chunks.files"
  case block = "block"
  case snapshot = "snapshot"
  case file = "file"

  /// True for parts that are folders and the names in them; an offset says nothing about those.
  public var isFolder: Bool {
    switch self {
    case .walSegments, .oldLog, .foreignLog, .checkpoint, .headChunkFiles, .chunkSegmentFiles,
      .block, .snapshot, .file:
      true
    default: false
    }
  }

  /// True for what can be wrong in one way only: that it is what it is. The id of its rule is its name alone.
  public var isRule: Bool {
    switch self {
    case .oldLog, .foreignLog, .indexSeriesOrder, .indexSeriesDuplicate, .indexSeriesLabelOrder,
      .indexSeriesLabelDuplicate, .indexSeriesChunkOrder:
      true
    default: false
    }
  }
}
