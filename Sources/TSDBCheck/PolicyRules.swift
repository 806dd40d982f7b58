/// The rules of `policy`: what a label policy demands of series.
extension Rule {
  /// All of them.
  package static let policy = [
    forbiddenLabel, maxCardinality, reviewRequired, highCardinalityLabel, refusedScrape,
  ]

  package static let forbiddenLabel = Rule(
    "forbidden-label", "No series has a label of forbidden_labels.", .ignores, severity: .warning,
    server: "Stores the series like any other.",
    remedy: "Drop the label where it is scraped: `whatif` tells what a `labeldrop` leaves.")
  package static let maxCardinality = Rule(
    "max-cardinality", "No metric has more series than max_cardinality_per_metric.", .ignores,
    severity: .warning, server: "Stores all of them, as long as its memory lasts.",
    remedy:
      "Find the label that multiplies (`analyze DIR --metric NAME`), and drop it or the metric.")
  package static let reviewRequired = Rule(
    "review-required",
    "A metric with more series than review_required_above is looked at by somebody.", .ignores,
    server: "Stores the series like any other.",
    remedy: "Look at the metric, and at its labels. With `--strict` this is a violation.")
  package static let highCardinalityLabel = Rule(
    "high-cardinality-label",
    "Only labels of allowed_high_cardinality have more values in a metric than "
      + "review_required_above.", .ignores, severity: .warning,
    server: "Stores the series like any other.",
    remedy: "Drop the label, give it fewer values, or allow it in the policy.")
  package static let refusedScrape = Rule(
    "refused-scrape", "A server takes every scrape.", .ignores, severity: .warning,
    server: "Stores nothing of the scrape, and `up` of its target is 0.",
    remedy: "Mend the exposition at the place that is named.")
}
