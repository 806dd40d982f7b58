internal import TSDBFormat
public import TSDBStore

/// Every checksum and every invariant of one block (Prometheus: tsdb/block.go, `OpenBlock`, and what
/// reads the block later).
public enum BlockCheck {
  /// Checks the block in `folder`.
  ///
  /// `.quick` looks at what a server reads when it opens the block: `meta.json`, header, table of
  /// contents, symbols and postings offset table of the index, headers of the chunk segments,
  /// tombstones. `.standard` reads every series, list of postings and chunk besides, `.deep` every
  /// sample. Never throws: what cannot be read is a finding.
  public static func run(_ folder: BlockFolder, level: CheckLevel) -> CheckResult {
    var result = CheckResult()
    if let empty = emptyFolder(folder) {
      result.findings = [empty]
      return result
    }
    let meta = try? folder.meta.get()
    result.findings = metaFindings(folder) + folderFindings(folder)
    let index = folder.index.map { IndexCheck(folder, path: $0.path, level: level) }
    if let index {
      result.findings += index.findings
      result.bytes &+= index.bytes
    }
    result.findings += segmentFindings(folder)
    result.findings += tombstoneFindings(folder, meta, index?.references, level)
    if let meta, let content = index?.content, let file = folder.metaFile {
      result.findings += MetaCheck.compare(meta, content, path: file.path)
    }
    if let meta { result.findings += MetaCheck.compareFiles(meta, folder) }
    // A server does not open a block without a meta.json, and so does not fail on it.
    if meta == nil {
      for index in result.findings.indices where result.findings[index].severity == .fatal {
        result.findings[index].severity = .loss
      }
    }
    if let resolution = meta?.resolutionText { result.takeDownsampled(folder, resolution) }
    count(folder, level, &result)
    return result
  }

  private static func count(
    _ folder: BlockFolder, _ level: CheckLevel, _ result: inout CheckResult
  ) {
    let files = [folder.metaFile, folder.index, folder.tombstones]
    result.files = files.count { $0 != nil } &+ folder.chunks.count
    result.bytes &+= (folder.metaFile?.size ?? 0) &+ (folder.tombstones?.size ?? 0)
    if level == .quick || folder.index == nil {
      result.bytes &+= folder.chunks.count &* ChunkSegment.headerByteCount
    }
  }

  /// A folder with the name of a block and nothing of one in it.
  private static func emptyFolder(_ folder: BlockFolder) -> Finding? {
    guard case .failure(let error) = folder.meta, folder.metaFile == nil, folder.index == nil,
      folder.tombstones == nil, folder.chunks.isEmpty
    else { return nil }
    var finding = Finding(error, severity: .warning)
    finding.message =
      "a folder with the name of a block and none of its files: no block is compacted while it is there"
    return finding
  }

  private static func metaFindings(_ folder: BlockFolder) -> [Finding] {
    switch folder.meta {
    case .success(let meta):
      return MetaCheck.run(meta, path: folder.path + "/meta.json")
    case .failure(let error):
      guard case .damaged = error else { return [Finding(error, severity: .warning)] }
      let lost: Message = "the whole block: a server passes over it, and compacts no block any more"
      return [Finding(error, severity: .loss, lost: lost)]
    }
  }

  /// What the listing of the folder found.
  private static func folderFindings(_ folder: BlockFolder) -> [Finding] {
    folder.damage.map { failure in
      guard case .damaged(let path, let error) = failure else {
        return Finding(failure, severity: .warning)
      }
      if error.section == .meta {
        var finding = Finding(failure, severity: .warning)
        if case .malformed = error.problem {
          (finding.rule, finding.startup) = (.metaName, Rule.metaName.startup)
        }
        return finding
      }
      if case .sequenceGap = error.problem {
        let lost: Message = "every chunk from there on: references count the files"
        return Finding(failure, severity: .loss, lost: lost)
      }
      return Finding(.damaged(path: path, error), severity: .fatal)
    }
      + folder.strangers.prefix(FindingList.limit).map {
        Finding(
          rule: .blockStranger, severity: .info, path: $0.path, message: "is no part of a block")
      }
  }

  private static func segmentFindings(_ folder: BlockFolder) -> [Finding] {
    var findings: [Finding] = []
    for segment in folder.chunks where segment.entry.isFile {
      do throws(FileError) {
        _ = try ChunkSegmentFile(path: segment.path)
      } catch {
        guard case .damaged = error else {
          findings.append(Finding(error, severity: .warning))
          continue
        }
        findings.append(Finding(error, severity: .fatal, lost: "every chunk of the segment"))
      }
    }
    return findings
  }

  private static func tombstoneFindings(
    _ folder: BlockFolder, _ meta: BlockMeta?, _ references: SeriesReferences?, _ level: CheckLevel
  ) -> [Finding] {
    let claimed = meta?.stats.numTombstones
    if let file = folder.tombstones {
      return TombstonesCheck.run(path: file.path, references, claimed: claimed, level: level)
    }
    guard let meta, let claimed, claimed > 0 else { return [] }
    // An object store never has the file (thanos-io/thanos: pkg/block/block.go, `upload`).
    let severity: Severity = meta.thanos == nil ? .warning : .info
    return [
      Finding(
        rule: .tombstonesMissing, severity: severity, path: folder.path + "/tombstones",
        message: "is not there, and what was deleted comes back",
        expected: "\(count: claimed, of: "tombstones")",
        found: "no file")
    ]
  }
}

extension CheckResult {
  /// That no chunk of a downsampled block can be read is one finding, not one for each.
  fileprivate mutating func takeDownsampled(_ folder: BlockFolder, _ resolution: String) {
    let chunks = findings.count { $0.rule == Rule(.chunk, .unknownCode) }
    // Aggregates are not counted as samples are.
    findings.removeAll { $0.rule == Rule(.chunk, .unknownCode) || $0.rule == .metaStats }
    findings.append(
      Finding(
        rule: .blockDownsampled, severity: .loss, path: folder.path,
        message:
          "downsampled by Thanos to \(name: resolution): its chunks are aggregates, which no server reads, and "
          + "queries of its time fail",
        lost: "\(count: chunks, "chunk") for Prometheus"))
  }
}
