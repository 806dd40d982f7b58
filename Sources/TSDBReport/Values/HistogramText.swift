internal import TSDBFormat

/// Native histograms as text.
enum HistogramText {
  /// What Prometheus prints (`Histogram.String` and `FloatHistogram.String` in model/histogram):
  /// `{count:3, sum:6.5, [-0.001,0.001]:1, (1,2]:2}`; buckets without observations are left out.
  static func append(_ histogram: Histogram, to out: inout ByteBuffer) {
    append(head: histogram, to: &out)
    for bucket in histogram.buckets {
      out.append(bucket.includesLower ? ", [" : ", (")
      GoFloat.append(bucket.lower, to: &out)
      out.append(UInt8(ascii: ","))
      GoFloat.append(bucket.upper, to: &out)
      out.append(bucket.includesUpper ? "]:" : "):")
      append(bucket.count, to: &out)
    }
    out.append(UInt8(ascii: "}"))
  }

  /// For people: `{count:3, sum:6.5, 2 buckets}`; `stale` for the end of a series.
  static func append(short histogram: Histogram, to out: inout ByteBuffer) {
    if histogram.isStale {
      out.append("stale")
      return
    }
    append(head: histogram, to: &out)
    let buckets = histogram.buckets.count
    out.append(", ")
    out.append(decimal: Int64(buckets))
    out.append(buckets == 1 ? " bucket}" : " buckets}")
  }

  private static func append(head histogram: Histogram, to out: inout ByteBuffer) {
    out.append("{count:")
    append(histogram.count, to: &out)
    out.append(", sum:")
    GoFloat.append(histogram.sum, to: &out)
  }

  private static func append(_ count: Histogram.Count, to out: inout ByteBuffer) {
    switch count {
    case .integer(let count): out.append(decimal: count)
    case .float(let count): GoFloat.append(count, to: &out)
    }
  }
}
