/// What is wrong with the refs of a log, once all of it was read.
extension HeadRefs {
  /// Samples without a series, refs of two series, series that were defined again, and markers of
  /// chunks that are not there.
  var findings: [Finding] { unknownFindings + otherFindings + definitionFindings + markerFindings }

  private var unknownFindings: [Finding] {
    [unknown, unknownLate].compactMap { tally in
      guard let first = tally.first else { return nil }
      return Finding(
        rule: "wal.refs.unknown", severity: .loss, path: first.path, offset: first.offset,
        message: "\(tally.samples) samples belong to no series, the first to ref \(first.ref): "
          + "no record that replay reads defines it",
        lost: "\(tally.samples) samples")
    }
  }

  /// Exemplars and metadata are kept for a while after their series went away.
  private var otherFindings: [Finding] {
    guard let first = unknownOthers.first else { return [] }
    let count = counted(
      unknownOthers.count, "exemplar, metadata or deletion belongs",
      "exemplars, metadata and deletions belong")
    return [
      Finding(
        rule: "wal.refs.unknown-others", severity: .info, path: first.path, offset: first.offset,
        message: "\(count) to no series, the first to ref \(first.ref)")
    ]
  }

  private var definitionFindings: [Finding] {
    var findings: [Finding] = []
    if let first = reused.first {
      findings.append(
        Finding(
          rule: "wal.refs.reused", severity: .loss, path: first.path, offset: first.offset,
          message: "\(reused.count) refs are given to a second series, the first is "
            + "\(first.ref): replay puts the samples of the one under the other",
          lost: "the samples of \(reused.count) series before that"))
    }
    if let first = repeated.first {
      findings.append(
        Finding(
          rule: "wal.series.repeated", severity: .loss, path: first.path, offset: first.offset,
          message: "\(repeated.count) series are defined again before their samples went into "
            + "a block, the first as ref \(first.ref): replay drops what came before",
          lost: "\(repeated.samples) samples"))
    }
    return findings
  }

  private var markerFindings: [Finding] {
    guard let first = strayMarkers.first else { return [] }
    return [
      Finding(
        rule: "wbl.markers.stray", severity: .loss, path: first.path, offset: first.offset,
        message: "\(counted(strayMarkers.count, "marker says", "markers say")) that samples are in "
          + "chunks_head, where no such chunk begins, the first of ref \(first.ref): replay drops "
          + "the samples before it",
        lost: "out-of-order samples of the series before the markers")
    ]
  }
}
