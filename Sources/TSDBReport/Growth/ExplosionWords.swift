internal import TSDBAnalysis

/// What exploded, in words: a metric by a label where labels did it, else what there is more of.
struct ExplosionWords {
  /// What exploded.
  let title: String
  /// What its values are.
  let values: String
  /// What there was before.
  let before: String

  init(_ found: Explosion, _ cause: GrowthCause?) {
    let metric = Self.short(found.metric, 70)
    let label = Self.short(found.label, 40)
    let all = Units.count(found.allSeriesBefore)
    var before = "this metric had \(Units.count(found.seriesBefore)) series, all had \(all)"
    var values = "values of \(label)"
    switch cause?.kind {
    case .metricNames:
      title = "Exploded: metric names"
      values = "names"
    case .targets:
      let job = cause?.jobs.first?.name.map { " of job \(Self.short($0, 40))" }
      title = "Exploded: targets\(job ?? "")"
      before =
        "there were \(Units.count(cause?.valuesBefore ?? 0)) of them, and \(all) series in all"
    case .product:
      let other = cause?.alsoLabels.last.map { " times \(Self.short($0, 40))" }
      title = "Exploded: \(metric) by label \(label)\(other ?? "")"
    default: title = "Exploded: \(metric) by label \(label)"
    }
    self.values = values
    self.before = before
  }

  private static func short(_ bytes: [UInt8], _ length: Int) -> String {
    DisplayText.shortened(DisplayText.escaped(bytes), to: length)
  }
}
