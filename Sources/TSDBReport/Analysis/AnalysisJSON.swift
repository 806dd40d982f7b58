internal import TSDBAnalysis
package import TSDBStore

/// `analyze --format json`: one object, the numbers of all tables.
package struct AnalysisJSON: Encodable {
  let schemaVersion = JSONOutput.schemaVersion
  /// The inspected directory, as it was given.
  let directory: String
  /// The selectors, as they were given; empty for all series.
  let matchers: [String]
  /// What was looked at, one entry each.
  let analyses: [Analysis]
  /// What grew, and why; missing where not all of a directory was looked at, or there is no history.
  let growth: GrowthReport?
  /// What is wrong.
  let findings: [FindingJSON]

  private enum CodingKeys: CodingKey {
    case schemaVersion, directory, matchers, analyses, growth, findings
  }

  package init(
    directory: String, selectors: [String], subjects: [AnalysisSubject], growth: GrowthReport?,
    damage: [FileError]
  ) {
    self.directory = directory
    matchers = selectors
    analyses = subjects.map { Analysis($0) }
    self.growth = growth
    findings = FindingJSON.all(damage, in: directory)
  }

  /// The numbers of one subject.
  package struct Analysis: Encodable {
    /// `block`.
    let scope: String
    /// The block's name.
    let block: String?
    /// First and last time it covers, the last excluded.
    let minTime: JSONTime?
    let maxTime: JSONTime?
    /// The instant whose series these are.
    let instant: JSONTime?
    /// Milliseconds that churn is measured against.
    let durationMilliseconds: Int64
    /// All series, and those that the matchers select.
    let totalSeries: UInt64
    let matchedSeries: UInt64
    let deletedSeries: Int
    let labelNames: Int
    let uniqueLabelPairs: Int
    let totalLabelPairs: UInt64
    let tombstones: Int?
    let churningLabelPairs: [Entry]
    let churningLabelNames: [Entry]
    let commonLabelPairs: [Entry]
    let labelValueBytes: [Entry]
    let labelCardinality: [Entry]
    let metricSeries: [Entry]
    let targets: [Target]
    let chunks: Chunks?
  }

  /// A line of a table.
  package struct Entry: Encodable {
    let key: JSONText
    let count: UInt64
  }

  /// A target and its series.
  struct Target: Encodable {
    let job: JSONText
    let instance: JSONText
    let series: UInt64
  }

  /// What the chunks are made of.
  struct Chunks: Encodable {
    let count: UInt64
    let floatSamples: Steps?
    let floatBytes: Steps?
    let histogramSamples: Steps?
    let histogramBytes: Steps?
    let histogramBuckets: Steps?
  }

  /// A distribution; the steps are those promtool draws.
  struct Steps: Encodable {
    let min: Int
    let average: UInt64
    let max: Int
    let steps: [Step]
  }

  /// One step of a distribution.
  struct Step: Encodable {
    let from: Int
    let to: Int
    let count: UInt64
  }
}

extension AnalysisJSON.Analysis {
  package init(_ subject: AnalysisSubject) {
    let tables = subject.cardinality
    func entries(_ lines: [Cardinality.Line]) -> [AnalysisJSON.Entry] {
      lines.map { AnalysisJSON.Entry(key: JSONText($0.key), count: $0.count) }
    }
    self.init(
      scope: subject.scope, block: subject.block, minTime: subject.minTime.map { JSONTime($0) },
      maxTime: subject.maxTime.map { JSONTime($0) },
      instant: subject.instant.map { JSONTime($0) }, durationMilliseconds: subject.duration,
      totalSeries: subject.totalSeries, matchedSeries: tables.series,
      deletedSeries: subject.deletedSeries,
      labelNames: tables.labelNames, uniqueLabelPairs: tables.uniquePairs,
      totalLabelPairs: tables.totalPairs, tombstones: subject.tombstones,
      churningLabelPairs: entries(tables.churningPairs),
      churningLabelNames: entries(tables.churningNames),
      commonLabelPairs: entries(tables.commonPairs),
      labelValueBytes: entries(tables.valueLengths), labelCardinality: entries(tables.labels),
      metricSeries: entries(tables.metrics),
      targets: tables.targets.map {
        AnalysisJSON.Target(
          job: JSONText($0.job), instance: JSONText($0.instance), series: $0.series)
      },
      chunks: subject.chunks.map { AnalysisJSON.Chunks($0) })
  }
}

extension AnalysisJSON.Chunks {
  init(_ chunks: ChunkStatistics) {
    func steps(_ distribution: Distribution) -> AnalysisJSON.Steps? {
      SteppedDistribution(distribution).map { stepped in
        AnalysisJSON.Steps(
          min: stepped.min, average: stepped.average, max: stepped.max,
          steps: stepped.buckets.map {
            AnalysisJSON.Step(from: $0.from, to: $0.to, count: $0.count)
          })
      }
    }
    self.init(
      count: chunks.chunks, floatSamples: steps(chunks.floatSamples),
      floatBytes: steps(chunks.floatBytes), histogramSamples: steps(chunks.histogramSamples),
      histogramBytes: steps(chunks.histogramBytes),
      histogramBuckets: steps(chunks.histogramBuckets))
  }
}
