/// The buckets of a histogram one by one, with their bounds (Prometheus: model/histogram/generic.go).
extension Histogram {
  /// One bucket.
  public struct Bucket: Equatable, Sendable {
    /// Its number in the schema, where 0 is the bucket that ends at 1; 0 for that around zero.
    public var index: Int32
    /// The lower bound.
    public var lower: Double
    /// The upper bound.
    public var upper: Double
    /// True where an observation that equals `lower` is in.
    public var includesLower: Bool
    /// True where an observation that equals `upper` is in.
    public var includesUpper: Bool
    /// The observations in it.
    public var count: Count
  }

  /// A number of observations.
  public enum Count: Equatable, Sendable {
    /// A whole number.
    case integer(UInt64)
    /// A float.
    case float(Double)

    /// True for none.
    public var isZero: Bool {
      switch self {
      case .integer(let count): count == 0
      case .float(let count): count == 0
      }
    }

    fileprivate static func + (left: Count, right: Count) -> Count {
      switch (left, right) {
      case (.integer(let a), .integer(let b)): .integer(a &+ b)
      case (.float(let a), .float(let b)): .float(a + b)
      case (.integer(let a), .float(let b)), (.float(let b), .integer(let a)): .float(Double(a) + b)
      }
    }
  }

  /// All observations.
  public var count: Count {
    switch counts {
    case .integer(let count, _, _, _): .integer(count)
    case .float(let count, _, _, _): .float(count)
    }
  }

  /// The observations around zero.
  public var zeroCount: Count {
    switch counts {
    case .integer(_, let count, _, _): .integer(count)
    case .float(_, let count, _, _): .float(count)
    }
  }

  /// The buckets that are not empty, from the lowest to the highest, that around zero between the
  /// negative and the positive ones. A finer schema than 8 is merged into 8, as Prometheus does.
  public var buckets: [Bucket] {
    var all: [Bucket] = list(isPositive: false).reversed()
    if !zeroCount.isZero {
      all.append(
        Bucket(
          index: 0, lower: -zeroThreshold, upper: zeroThreshold, includesLower: true,
          includesUpper: true, count: zeroCount))
    }
    return all + list(isPositive: true)
  }

  /// The buckets of one side that are not empty, from zero outwards.
  private func list(isPositive: Bool) -> [Bucket] {
    var found: [(index: Int32, count: Count)] = []
    let schema = min(schema, HistogramBounds.finestSchema)
    let shift = self.schema - schema
    place(bucketCounts(isPositive: isPositive), in: isPositive ? positiveSpans : negativeSpans) {
      let index = shift > 0 ? (($0 &- 1) >> shift) &+ 1 : $0
      if let last = found.last, last.index == index {
        found[found.count - 1].count = last.count + $1
      } else {
        found.append((index, $1))
      }
    }
    return found.filter { !$0.count.isZero }.map {
      bucket($0.index, $0.count, schema: schema, isPositive: isPositive)
    }
  }

  /// Calls `body` with the index of each bucket and its observations. Spans of more buckets than there
  /// are, and buckets behind the last span, are passed over.
  private func place(_ counts: [Count], in spans: [Span], _ body: (Int32, Count) -> Void) {
    var next = 0
    var index: Int32 = 0
    for span in spans {
      index = index &+ span.offset
      for count in counts[next...].prefix(Int(span.length)) {
        body(index, count)
        index = index &+ 1
        next += 1
      }
    }
  }

  /// The observations of each bucket of one side, also of those that are empty, from zero outwards.
  public func bucketCounts(isPositive: Bool) -> [Count] {
    switch counts {
    case .integer(_, _, let positive, let negative):
      var count: Int64 = 0
      return (isPositive ? positive : negative).map { difference in
        count = count &+ difference
        return .integer(UInt64(bitPattern: count))
      }
    case .float(_, _, let positive, let negative):
      return (isPositive ? positive : negative).map { .float($0) }
    }
  }

  private func bucket(
    _ index: Int32, _ count: Count, schema: Int32, isPositive: Bool
  ) -> Bucket {
    let custom = isPositive ? customBounds : []
    let far = HistogramBounds.upper(index, schema: schema, custom: custom)
    let near = HistogramBounds.upper(index &- 1, schema: schema, custom: custom)
    let (lower, upper) = isPositive ? (near, far) : (-far, -near)
    let isCustom = schema == Self.customBucketsSchema
    return Bucket(
      index: index, lower: lower, upper: upper,
      includesLower: isCustom ? index == 0 : lower < 0, includesUpper: isCustom || upper > 0,
      count: count)
  }
}
