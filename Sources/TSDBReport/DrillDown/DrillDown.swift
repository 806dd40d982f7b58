package import TSDBAnalysis

/// What a closer look found.
package enum DrillDown {
  case table(String, String, [Cardinality.Line])
  case targets([Cardinality.TargetCount])
  case metric(MetricDrillDown)
  case label(LabelDrillDown)
}
