package import TSDBFormat
internal import Wording

/// Records that decode, and hold what no server writes: labels that stop the next block from being written or
/// queries from being answered, and histograms whose buckets are not those of their spans.
struct RecordFlaws {
  private struct Series {
    let path: String
    var found: DecodedSlice.FlawedSeries
  }

  private struct Histograms {
    let path: String
    var found: DecodedSlice.FlawedHistograms
  }

  private var labels: [LabelFlaw: Series] = [:]
  private var histograms: [HistogramFlaw: Histograms] = [:]

  /// Adds what was met in a slice of the segment at `path`.
  mutating func add(_ decoded: DecodedSlice, path: String) {
    for (flaw, found) in decoded.labelFlaws {
      if labels[flaw] == nil {
        labels[flaw] = Series(path: path, found: found)
      } else {
        labels[flaw]?.found.count &+= found.count
      }
    }
    for (flaw, found) in decoded.histogramFlaws {
      if histograms[flaw] == nil {
        histograms[flaw] = Histograms(path: path, found: found)
      } else {
        histograms[flaw]?.found.count &+= found.count
      }
    }
  }

  /// What can be said once all is read.
  func findings(isAgent: Bool) -> [Finding] {
    LabelFlaw.allCases.compactMap { flaw in
      labels[flaw].map { Self.finding(flaw, $0.found, path: $0.path, isAgent: isAgent) }
    }
      + HistogramFlaw.allCases.compactMap { flaw in
        histograms[flaw].map { Self.finding(flaw, $0.found, path: $0.path, isAgent: isAgent) }
      }
  }

  private static func finding(
    _ flaw: LabelFlaw, _ found: DecodedSlice.FlawedSeries, path: String, isAgent: Bool
  ) -> Finding {
    let (rule, what): (Rule, Message) =
      switch flaw {
      case .duplicate: (.recordSeriesLabelDuplicate, "a label name more than once")
      case .order: (.recordSeriesLabelOrder, "labels out of the order of their names")
      case .emptyName: (.recordSeriesLabelEmpty, "a label without a name")
      case .emptyPair: (.recordSeriesLabelEmpty, "a label without name and value")
      case .missing: (.recordSeriesLabelMissing, "no labels")
      }
    // An agent cuts no blocks, and sends such series as they are.
    let severity: Severity? = isAgent ? .info : nil
    return Finding(
      rule: rule, severity: severity, path: path, offset: found.offset,
      message:
        "\(count: found.count, "series record has", "series records have") \(what), the first of ref "
        + "\(ref: found.ref): \(Message(labels: found.labels))")
  }

  private static func finding(
    _ flaw: HistogramFlaw, _ found: DecodedSlice.FlawedHistograms, path: String, isAgent: Bool
  ) -> Finding {
    let what: Message
    switch flaw {
    case .tooManyBuckets:
      what =
        "\(count: found.count, "histogram speaks", "histograms speak") of more buckets than any can have, the "
        + "first, of ref \(ref: found.ref), of \(count: found.buckets, of: "buckets")"
    case .moreBuckets, .fewerBuckets:
      let side: Message = flaw == .moreBuckets ? "more" : "fewer"
      what =
        "\(count: found.count, "histogram has", "histograms have") \(side) buckets than the spans speak of, "
        + "the first is of ref \(ref: found.ref)"
    }
    return Finding(
      rule: flaw == .tooManyBuckets ? .recordHistogramTooManyBuckets : .recordHistogramBuckets,
      severity: isAgent ? .warning : nil, path: path, offset: found.offset, message: what)
  }
}

extension Message {
  /// Labels as a selector is written; of many, the first.
  package init(labels: [Label]) {
    var message: Message = "{"
    for (place, label) in labels.prefix(12).enumerated() {
      message += place == 0 ? "" : ", "
      message += "\(label: label.name, label.value)"
    }
    self = message + (labels.count > 12 ? ", …}" : "}")
  }

  /// A length of time in milliseconds, as words.
  package init(duration: Int64) { self = Message(words: TimeText.duration(duration)) }

  /// A time as a calendar has it.
  package init(moment time: Int64) {
    self = Message(words: TimeText.seconds(time))
  }
}
