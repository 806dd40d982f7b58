/// What consumers do with whole stretches of a batch.
extension SampleBatch {
  /// Appends all samples of another batch.
  public mutating func append(contentsOf other: SampleBatch) {
    guard other.histograms.isEmpty, areHistograms.isEmpty else {
      for index in other.times.indices { append(other, at: index) }
      return
    }
    if !startTimes.isEmpty || !other.startTimes.isEmpty {
      if startTimes.isEmpty { startTimes = [Int64](repeating: 0, count: count) }
      if other.startTimes.isEmpty {
        startTimes.append(contentsOf: repeatElement(0, count: other.count))
      } else {
        startTimes.append(contentsOf: other.startTimes)
      }
    }
    times.append(contentsOf: other.times)
    values.append(contentsOf: other.values)
  }

  /// Forgets the samples from `start` on.
  public mutating func truncate(to start: Int) {
    guard start < count else { return }
    if !areHistograms.isEmpty {
      histograms.removeLast(areHistograms[start...].count { $0 })
      areHistograms.removeSubrange(start...)
    }
    if !startTimes.isEmpty { startTimes.removeSubrange(start...) }
    times.removeSubrange(start...)
    values.removeSubrange(start...)
  }

  /// True if each sample from `start` on is later than the one before it, that before `start`
  /// included.
  public func areOrdered(from start: Int) -> Bool {
    var index = max(start, 1)
    while index < times.count {
      if times[index] <= times[index &- 1] { return false }
      index &+= 1
    }
    return true
  }
}
