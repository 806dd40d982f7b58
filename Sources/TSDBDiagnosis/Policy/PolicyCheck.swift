public import PrometheusConfig
public import TSDBAnalysis
public import TSDBCheck

extension LabelPolicy {
  /// Where `metrics`, which are those of `path`, do not keep the policy: by rule, the largest first. Where it
  /// `isStrict`, a metric that only has to be looked at is a violation as well.
  ///
  /// What was counted is `found` of a finding, and what there may be `expected`.
  public func violations(
    in metrics: [MetricUsage], of path: String, isStrict: Bool = false
  ) -> [Finding] {
    var violations: [Violation] = []
    let forbidden = Set(forbiddenLabels)
    for usage in metrics {
      for label in usage.labels {
        if forbidden.contains(label.name) {
          violations.append(Violation(.forbiddenLabel, usage, label, label.series, 0))
        }
        if let review = reviewRequiredAbove, label.values > review,
          !allowedHighCardinality.contains(label.name)
        {
          violations.append(Violation(.highCardinalityLabel, usage, label, label.values, review))
        }
      }
      if let most = maxCardinalityPerMetric, usage.series > most {
        violations.append(Violation(.maxCardinality, usage, nil, usage.series, most))
      } else if let review = reviewRequiredAbove, usage.series > review {
        violations.append(Violation(.reviewRequired, usage, nil, usage.series, review))
      }
    }
    return Rule.policy.flatMap { rule in
      violations.filter { $0.rule == rule }.sorted().map { $0.finding(path, isStrict: isStrict) }
    }
  }
}

extension Finding {
  /// A saved scrape of which a server would store nothing.
  public init(refused scrape: ConfigurationError) {
    self.init(
      rule: .refusedScrape, path: scrape.file,
      message: "\(quote: scrape.description): a server refuses this scrape")
  }
}

/// A metric, or one of its labels, of which there is more than there may be.
private struct Violation: Comparable {
  let rule: Rule
  let metric: [UInt8]
  let label: [UInt8]?
  /// Series, or values of the label.
  let count: Int
  let limit: Int

  init(
    _ rule: Rule, _ usage: MetricUsage, _ label: MetricUsage.LabelUsage?, _ count: Int, _ limit: Int
  ) {
    self.rule = rule
    metric = usage.metric
    self.label = label?.name
    self.count = count
    self.limit = limit
  }

  /// The largest first, then by metric and label.
  static func < (left: Self, right: Self) -> Bool {
    if left.count != right.count { return left.count > right.count }
    return left.metric == right.metric
      ? (left.label ?? []).lexicographicallyPrecedes(right.label ?? [])
      : left.metric.lexicographicallyPrecedes(right.metric)
  }

  func finding(_ path: String, isStrict: Bool) -> Finding {
    let unit = rule == .highCardinalityLabel ? "values" : "series"
    var finding = Finding(
      rule: rule, severity: isStrict ? .warning : nil, path: path, message: message,
      expected: "at most \(count: limit, of: unit)", found: "\(count: count, of: unit)")
    finding.subject = Finding.Subject(metric: metric, label: label)
    return finding
  }

  private var message: Message {
    let name: Message = metric.isEmpty ? "a series without a name" : "\(metric: metric)"
    let series: Message = "\(count: count, of: "series")"
    return switch rule {
    case .forbiddenLabel: "\(name) has the forbidden label \(label: label ?? []), on \(series)"
    case .maxCardinality: "\(name) has \(series), and may have \(count: limit)"
    case .reviewRequired: "\(name) has \(series); from \(count: limit) on a review is required"
    default:
      "\(name) has \(count: count, of: "values") of the label \(label: label ?? []), which is not "
        + "allowed more than \(count: limit)"
    }
  }
}
