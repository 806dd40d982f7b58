package import TSDBAnalysis

extension Churn {
  /// `churn --format csv` and `markdown`: a row for each bucket.
  package var bucketTable: ResultTable {
    ResultTable.of(
      buckets, "buckets",
      [
        (.start, .text("start")), (.born, .number("born")),
        (.notLaterThan, .number("born not later than")), (.died, .number("died")),
        (.alive, .number("alive")), (.away, .number("away")),
      ])
  }
}
