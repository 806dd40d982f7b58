public import TSDBFormat

/// A rule that a check, or a policy, looks at: what it means, what a server does, what to do.
///
/// A rule is a constant, and code names it: `Rule.walSegmentsGap`. What a decoder meets has the rule of its
/// structure and of the way in which that is wrong: `Rule(.walFragment, .checksum)`. The constants are the only
/// place with these texts: `epimetheus explain` prints them, and Docs/findings.md is written from them
/// (`epimetheus explain --all --format markdown`).
public struct Rule: Sendable {
  /// The id, or `STEM.*` for all ways in which one structure can be wrong: the last part of the ids
  /// of findings then is a `DecodeError.Code`. `*.CODE` is one way for all structures.
  public private(set) var id: String
  /// What a finding means, in a line.
  public let meaning: String
  /// What a start does about it.
  public let startup: Startup
  /// What it costs, unless a finding says otherwise.
  public let severity: Severity
  /// What Prometheus does, in sentences.
  public let server: String
  /// What to do, in sentences.
  public let remedy: String
  /// The codes of the states of the catalogue of start failures; none where it has no such state.
  public let codes: [String]
  /// The way in which a structure is wrong; nil for rules that are about something else.
  public private(set) var code: DecodeError.Code?

  package init(
    _ id: String, _ meaning: String, _ startup: Startup, severity: Severity? = nil, server: String,
    remedy: String, codes: [String] = []
  ) {
    self.id = id
    self.meaning = meaning
    self.startup = startup
    self.severity = severity ?? startup.usualSeverity
    self.server = server
    self.remedy = remedy
    self.codes = codes
  }

  /// The rule that a structure breaks which is wrong in the way of `code`.
  public init(_ section: Section, _ code: DecodeError.Code) {
    let id = section.isRule ? section.rawValue : "\(section.rawValue).\(code.rawValue)"
    // Every structure has a rule; a test sees to it.
    self = Self.of(id) ?? .file
    guard !section.isRule else { return }
    self.id = id
    self.code = code
  }

  /// The rule of a finding with this id: one of that name, else the one whose stem is the longest.
  public static func of(_ id: String) -> Rule? {
    if let rule = all.first(where: { $0.id == id }) { return rule }
    let covering = all.filter { $0.covers(id) }
    return covering.first { $0.id.hasPrefix("*.") }
      ?? covering.max { $0.id.utf8.count < $1.id.utf8.count }
  }

  /// True for a `STEM.*` that stands for `other` as well.
  package func covers(_ other: Rule) -> Bool { covers(other.id) }

  private func covers(_ other: String) -> Bool {
    if id.hasPrefix("*.") { return other.hasSuffix(id.dropFirst()) }
    guard id.hasSuffix(".*") else { return false }
    return other.hasPrefix(id.dropLast()) && other.utf8.count >= id.utf8.count
  }

  /// Every rule, in the order of the documentation.
  public static let all: [Rule] =
    [
      fileUnreadable, file, lockHeld, lockWriting, accessDenied, accessForeign, lockLeft,
      directoryLeftover, directoryBlock, directoryNested, directoryShipper,
      walOld, oldSegmentHeader, oldSegmentEntry, walForeign, walMigrated, walMissing,
      walSegmentsGap,
      walSegmentsName, walSegmentsStart, walSegmentsReplaced,
      walSegmentsNotAFile, walSegmentsEmpty, walSegmentOrphan, walSegments, walCheckpointGap,
      walCheckpointNotAFolder, walCheckpointEmpty, walCheckpointAhead, walCheckpoint,
      walCutAhead, walCheckpointOlder, walLeftoverRepair, walLeftoverTemporary, walSeriesStateAhead,
      walSeriesState, walFragment, walPage, walRecord, tooLarge, walCompression, recordNewer,
      recordZstd, recordUnknown, record, walRefsUnknown, walRefsUnknownOthers, walRefsReused,
      walSeriesRepeated, recordSeriesLabelDuplicate, recordSeriesLabelOrder,
      recordSeriesLabelEmpty, recordSeriesLabelMissing, recordHistogramTooManyBuckets,
      recordHistogramBuckets, headFuture, headGap,
      wblMarkersStray, wblSkipped,
      chunksHeadFiles, chunksHeadHeaderEmpty, chunksHeadHeaderZeros, chunksHeadHeader,
      chunksHeadChunkOverlap, chunksHeadChunkUnknownCode, chunksHeadChunkSamples,
      chunksHeadChunkTimes, chunksHeadChunk, chunksHeadRefsUnknown, chunksHeadRefsForeign,
      chunksHeadRefsAhead,
      snapshotEmpty, snapshotAhead, snapshotOlder, snapshot,
      blockMissing, blockDownsampled, blockStranger, blockMark, blockIndexHeader, indexHeaderFile,
      block, metaStats, metaTimes, metaFailed,
      metaDeletable, metaVersion2, metaName, metaRange, metaFiles, meta, tombstonesMissing,
      tombstonesEntriesUnknownSeries, tombstonesEntriesInterval, tombstonesEntriesOrder,
      tombstonesEntriesCount, tombstones, blockLeftover, blockLink, blockOverlap, blockCopy,
      blockExpired,
      blockDuplicate, blockParents, blockDamagedChild, blockFuture, blockFarAhead,
      blockPast,
      indexHeader, indexToc, indexSymbolsOrder, indexSymbols, indexPostingsOffsetTableOrder,
      indexPostingsOffsetTableUnknownSymbol, indexPostingsOffsetTableIncomplete,
      indexPostingsOffsetTableMissing, indexPostingsOffsetTable, indexSeriesChunkReference,
      indexSeriesChunkTimes, indexSeriesLabelOrder, indexSeriesLabelDuplicate,
      indexSeriesLabelMissing, indexSeriesOrder, indexSeriesDuplicate, indexSeriesChunkOrder,
      indexSeriesChunkTouch,
      indexSeriesChunkMissing, indexSeries, indexPostingsUnknownSeries, indexPostingsIncomplete,
      indexPostingsForeign, indexPostingsOrder, indexPostings, indexLabelIndex,
      indexLabelOffsetTable, index,
      chunksHeader, chunksFilesMissing, chunksFiles, chunksChunkNoSamples, chunksChunkShared,
      chunksChunkUnreferenced, chunksChunkUnlisted, chunksDataCount, chunksDataOrder, chunks,
    ] + policy
}

extension Rule {
  /// What is looked at: the first part of an id.
  package enum Area: String {
    case file, lock, access, directory, wal, wbl, record, head, snapshot, block, meta, tombstones,
      index,
      chunks
    case chunksHead = "chunks-head"
    case indexHeader = "index-header"
  }

  /// What it is about; nil for rules about no part of a directory.
  package var area: Area? { Area(rawValue: String(id.prefix { $0 != "." })) }
}

extension Rule: Hashable {
  /// By their ids.
  public static func == (left: Self, right: Self) -> Bool { left.id == right.id }

  /// By the id.
  public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

extension Startup {
  /// What something costs about which a start does this.
  fileprivate var usualSeverity: Severity {
    switch self {
    case .refuses: .fatal
    case .truncates, .drops: .loss
    case .replays, .continues, .unknown: .warning
    case .deletes, .ignores: .info
    }
  }
}

extension DecodeError.Code {
  /// What it means: the last part of the ids that a `STEM.*` covers.
  public var meaning: String {
    switch self {
    case .truncated: "fewer bytes are left than the structure needs"
    case .magic: "the magic number at the start of the file is another"
    case .version: "a format version that no known Prometheus writes"
    case .checksum: "the bytes do not have the CRC-32C that is stored with them"
    case .range: "a number outside of what its place allows"
    case .order: "something that must be sorted is not"
    case .varint: "a variable-length integer of more than 64 bits"
    case .trailingBytes: "bytes are left behind the last field"
    case .sequence: "a fragment that cannot follow the one before it"
    case .padding: "bytes that must be zero are not"
    case .unknownCode: "a code that no known Prometheus writes"
    case .compression: "the decompressor refuses the bytes"
    case .tooLarge: "larger than any server writes it, and therefore not read"
    case .torn: "a record was begun and never finished"
    case .gap: "numbered files do not follow one another"
    case .missing: "something that should be there is not"
    case .malformed: "text, or a folder, is not what it should be"
    case .mismatch: "two places that must agree do not"
    }
  }
}
