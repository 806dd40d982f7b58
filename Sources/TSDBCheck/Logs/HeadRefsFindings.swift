/// What is wrong with the refs of a log, once all of it was read.
extension HeadRefs {
  /// Samples without a series, refs of two series, series that were defined again, and markers of
  /// chunks that are not there.
  var findings: [Finding] { unknownFindings + otherFindings + definitionFindings + markerFindings }

  private var unknownFindings: [Finding] {
    [unknown, unknownLate].compactMap { tally in
      guard let first = tally.first else { return nil }
      return Finding(
        rule: .walRefsUnknown, severity: .loss, path: first.path, offset: first.offset,
        message:
          "\(count: tally.samples, of: "samples") belong to no series, the first to ref "
          + "\(ref: first.ref): "
          + "no record that replay reads defines it",
        lost: "\(count: tally.samples, of: "samples")")
    }
  }

  /// Exemplars and metadata are kept for a while after their series went away.
  private var otherFindings: [Finding] {
    guard let first = unknownOthers.first else { return [] }
    return [
      Finding(
        rule: .walRefsUnknownOthers, severity: .info, path: first.path, offset: first.offset,
        message: """
          \(
            count: unknownOthers.count, "exemplar, metadata or deletion belongs",
            "exemplars, metadata and deletions belong"
          ) to no series, the first to ref \(ref: first.ref)
          """)
    ]
  }

  private var definitionFindings: [Finding] {
    var findings: [Finding] = []
    if let first = reused.first {
      findings.append(
        Finding(
          rule: .walRefsReused, severity: .loss, path: first.path, offset: first.offset,
          message:
            "\(count: reused.count, of: "refs") are given to a second series, the first is "
            + "\(ref: first.ref): replay puts the samples of the one under the other",
          lost: "the samples of \(count: reused.count, of: "series") before that"))
    }
    if let first = repeated.first {
      findings.append(
        Finding(
          rule: .walSeriesRepeated, severity: .loss, path: first.path, offset: first.offset,
          message:
            "\(count: repeated.count, of: "series") are defined again before their samples went into "
            + "a block, the first as ref \(ref: first.ref): replay drops what came before",
          lost: "\(count: repeated.samples, of: "samples")"))
    }
    return findings
  }

  private var markerFindings: [Finding] {
    guard let first = strayMarkers.first else { return [] }
    return [
      Finding(
        rule: .wblMarkersStray, severity: .loss, path: first.path, offset: first.offset,
        message: "\(count: strayMarkers.count, "marker says", "markers say") that samples are in "
          + "chunks_head, where no such chunk begins, the first of ref \(ref: first.ref): replay drops "
          + "the samples before it",
        lost: "out-of-order samples of the series before the markers")
    ]
  }
}
