internal import TSDBFormat

/// Tells whether births come at the same hour of other days.
struct PeriodicBirths {
  /// True where they do.
  let isPeriodic: Bool

  /// Bursts further apart than a head remembers; what comes in between adds up, and is none.
  private static let shortestPeriod = ValueGrowth.Limit.headSpan

  init(_ values: [ValueLife], interval: Int64) {
    struct Burst {
      var start: Int64
      var lastBirth: Int64
      var births: Int
      var ends: [Int64]
    }
    var bursts: [Burst] = []
    let pause = max(interval &* 5, Self.shortestPeriod / 2)
    for value in values {
      if let last = bursts.last,
        TimeRange(minTime: last.lastBirth, maxTime: value.first).duration <= pause
      {
        bursts[bursts.count - 1].lastBirth = value.first
        bursts[bursts.count - 1].births += value.births
        bursts[bursts.count - 1].ends.append(value.last)
      } else {
        bursts.append(
          Burst(
            start: value.first, lastBirth: value.first, births: value.births, ends: [value.last]))
      }
    }
    // A value now and then between them is no burst.
    let most = bursts.map(\.births).max() ?? 0
    let all = bursts.reduce(0) { $0 + $1.births }
    bursts.removeAll { $0.births * 10 < most }
    // Churn all day long has births in between.
    guard bursts.count >= 2, bursts.reduce(0, { $0 + $1.births }) * 10 >= all * 8 else {
      isPeriodic = false
      return
    }
    let before = bursts.dropLast().map(\.births).max() ?? 0
    let spans = zip(bursts, bursts.dropFirst()).map {
      TimeRange(minTime: $0.start, maxTime: $1.start).duration
    }
    let shortest = spans.min() ?? 0
    let isDaily = spans.allSatisfy { span in
      let off = span % 86_400_000
      return span >= 20 * 3_600_000
        && (off <= ValueGrowth.Limit.overlap || off >= ValueGrowth.Limit.mostOfDay)
    }
    let isEven =
      spans.count >= 2 && shortest >= Self.shortestPeriod
      && spans.allSatisfy { Double($0) <= 1.1 * Double(shortest) }
    // Half of what came is gone when the next comes.
    let isGone = zip(bursts, bursts.dropFirst()).allSatisfy { burst, next in
      burst.ends.count { $0 < next.start } * 2 >= burst.ends.count
    }
    // A burst fills less than half of the time until the next.
    let isShort = bursts.allSatisfy {
      TimeRange(minTime: $0.start, maxTime: $0.lastBirth).duration < shortest / 2
    }
    isPeriodic =
      (isDaily || isEven) && isGone && isShort && (bursts.last?.births ?? 0) <= 2 * before
  }
}
