public import TSDBAnalysis

extension ReplayMemory {
  /// What the series of a cause take in a replay, about: the series, their new values, and the bytes of
  /// their labels, which every series has for itself.
  public static func bytes(of cause: GrowthCause) -> Int {
    let ofSeries = cause.series.multipliedReportingOverflow(by: perSeries).partialValue
    let ofValues = cause.values.multipliedReportingOverflow(by: perPair).partialValue
    return ofSeries &+ ofValues &+ cause.labelBytes
  }
}
