package import TSDBAnalysis

/// `churn --format csv`: a line for each bucket.
package struct ChurnCSV {
  let churn: Churn
  /// True where texts stay as they are.
  package let isExact: Bool

  package init(churn: Churn, isExact: Bool) {
    self.churn = churn
    self.isExact = isExact
  }

  /// Writes a line of titles and the buckets.
  package func write(to out: inout ReportSink) {
    out.line("start,born,bornNotLaterThan,died,alive,away")
    guard let buckets = churn.buckets else { return }
    for index in 0..<buckets.count {
      let counts = [
        buckets.born[index], buckets.notLaterThan[index], buckets.died[index], buckets.alive[index],
        buckets.away[index],
      ]
      let time = TimeText.milliseconds(buckets.time(of: index))
      let start = isExact || !SpreadsheetText.isFormula(time.utf8.first) ? time : "'" + time
      out.line(([start] + counts.map { "\($0)" }).joined(separator: ","))
    }
  }
}
