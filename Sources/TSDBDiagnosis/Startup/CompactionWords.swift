/// What releases do as they write a block out of the head, and say where they cannot: watched on 2.42, 2.53 and 3.5.
extension ServerBehaviour {
  /// What stands before the reason where a series cannot be added to a block.
  var seriesError: String {
    self == .v2_42
      ? "compact head: persist head block: populate block: add series: " : "add series: "
  }

  /// True if that error names the series before as well (tsdb/index/index.go, `AddSeries`).
  var namesLastSeries: Bool { isSince3 }

  /// True if a label name that is none is quoted (model/labels/labels_common.go, `String`).
  var quotesLabelNames: Bool { isSince3 }

  /// True if it notices that a label name comes more often than there are series; one before 2.47 looks for room for
  /// it for ever (tsdb/index/index.go, `writePostings`).
  var noticesDoubledLabels: Bool { self != .v2_42 }

  private var isSince3: Bool { release.major >= 3 }
}

extension PrometheusRelease {
  /// True if queries fail over a label without a name (model/labels).
  var panicsOverEmptyNames: Bool { major >= 3 }
}
