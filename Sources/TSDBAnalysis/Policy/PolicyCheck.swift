public import PrometheusConfig

/// What a policy demands; the ids are public interface.
public enum PolicyRule: String, CaseIterable, Sendable {
  /// A label that no series may have.
  case forbiddenLabel = "forbidden-label"
  /// A metric with more series than a metric may have.
  case maxCardinality = "max-cardinality"
  /// A metric with so many series that somebody has to look.
  case reviewRequired = "review-required"
  /// A label with many values in one metric that is not among those that may.
  case highCardinalityLabel = "high-cardinality-label"
  /// A saved scrape of which a server would store nothing.
  case refusedScrape = "refused-scrape"

  /// What it demands, as a sentence.
  public var demand: String {
    switch self {
    case .forbiddenLabel: "No series has a label of forbidden_labels."
    case .maxCardinality: "No metric has more series than max_cardinality_per_metric."
    case .reviewRequired:
      "A metric with more series than review_required_above is looked at by somebody."
    case .highCardinalityLabel:
      "Only labels of allowed_high_cardinality have more values in a metric than "
        + "review_required_above."
    case .refusedScrape: "A server takes every scrape."
    }
  }

  /// True where a violation is for people to look at, and not a failure.
  public var isWarning: Bool { self == .reviewRequired }
}

/// Where a metric does not keep a policy.
public struct PolicyViolation: Equatable, Sendable {
  /// What it violates.
  public let rule: PolicyRule
  /// The metric.
  public let metric: [UInt8]
  /// The label; nil where it is the metric as a whole.
  public let label: [UInt8]?
  /// Series; of `high-cardinality-label`, values.
  public let count: Int
  /// How many there may be.
  public let limit: Int
  /// Of `refused-scrape`, where and why.
  public let refusal: ConfigurationError?

  /// A scrape that is refused.
  public init(refusal: ConfigurationError) {
    rule = .refusedScrape
    (metric, label, count, limit) = ([], nil, 1, 0)
    self.refusal = refusal
  }

  /// A violation.
  public init(rule: PolicyRule, metric: [UInt8], label: [UInt8]?, count: Int, limit: Int) {
    refusal = nil
    self.rule = rule
    self.metric = metric
    self.label = label
    self.count = count
    self.limit = limit
  }
}

extension LabelPolicy {
  /// Where `metrics` do not keep the policy: by rule, the largest first.
  public func violations(in metrics: [MetricUsage]) -> [PolicyViolation] {
    var found: [PolicyViolation] = []
    let forbidden = Set(forbiddenLabels)
    for usage in metrics {
      func add(_ rule: PolicyRule, _ label: [UInt8]?, _ count: Int, _ limit: Int) {
        found.append(
          PolicyViolation(
            rule: rule, metric: usage.metric, label: label, count: count, limit: limit))
      }
      for label in usage.labels {
        if forbidden.contains(label.name) { add(.forbiddenLabel, label.name, label.series, 0) }
        if let review = reviewRequiredAbove, label.values > review,
          !allowedHighCardinality.contains(label.name)
        {
          add(.highCardinalityLabel, label.name, label.values, review)
        }
      }
      if let most = maxCardinalityPerMetric, usage.series > most {
        add(.maxCardinality, nil, usage.series, most)
      } else if let review = reviewRequiredAbove, usage.series > review {
        add(.reviewRequired, nil, usage.series, review)
      }
    }
    return PolicyRule.allCases.flatMap { rule in
      found.filter { $0.rule == rule }.sorted { left, right in
        if left.count != right.count { return left.count > right.count }
        return left.metric == right.metric
          ? (left.label ?? []).lexicographicallyPrecedes(right.label ?? [])
          : left.metric.lexicographicallyPrecedes(right.metric)
      }
    }
  }
}
