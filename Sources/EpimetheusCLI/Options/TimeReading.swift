internal import ArgumentParser
internal import TSDBFormat

/// What else a number of milliseconds may have been meant as: PromQL and its API speak seconds, Go speaks
/// nanoseconds.
struct TimeReading: Equatable, CustomStringConvertible {
  /// The unit that may have been meant.
  let unit: String
  /// The same in milliseconds since 1970.
  let milliseconds: Int64

  /// From 2001 to 2286, when seconds since 1970 have ten digits.
  private static let likely: Range<Int64> = 1_000_000_000_000..<10_000_000_000_000

  /// The other reading of a number that was given as milliseconds; nil where it is likely to be
  /// milliseconds, or a number without a meaning.
  init?(of number: Int64) {
    for (unit, read) in [
      ("seconds", { Int64(clamping: $0.multipliedFullWidth(by: 1000)) }),
      ("microseconds", { $0 / 1000 }), ("nanoseconds", { $0 / 1_000_000 }),
    ] as [(String, (Int64) -> Int64)] {
      let time = read(number)
      if number != .max, Self.likely.contains(time) {
        self.unit = unit
        milliseconds = time
        return
      }
    }
    return nil
  }

  /// Seconds with a fraction, as the API of PromQL writes them.
  init?(seconds: Double) {
    guard let time = Int64(exactly: (seconds * 1000).rounded()), Self.likely.contains(time) else {
      return nil
    }
    unit = "seconds"
    milliseconds = time
  }

  /// What to give, and which time that is.
  var description: String { "\(milliseconds) (\(TimeText.seconds(milliseconds)))" }
}

extension Int64 {
  /// Clamps what a full-width product came to.
  fileprivate init(clamping product: (high: Int64, low: UInt64)) {
    self = product.high == 0 ? Int64(clamping: product.low) : product.high < 0 ? .min : .max
  }
}

extension TimeInput {
  /// True where the number may have been meant in another unit, and only the data can tell.
  var isDoubtful: Bool {
    guard case .at(let time) = self else { return false }
    return TimeReading(of: time) != nil
  }

  /// True where the data must be known to say which time it is.
  var needsData: Bool {
    if case .back = self { return true }
    return isDoubtful
  }

  /// Milliseconds since 1970, for data of the times `data`. Throws where `option` was given a number that
  /// makes sense in another unit, and no data lie where it points.
  func time(in data: TimeRange, _ option: String) throws -> Int64 {
    if case .at(let time) = self, let reading = TimeReading(of: time),
      data.isEmpty || time < data.minTime || time > data.maxTime
    {
      throw ValidationError(
        "\(option) \(time) is \(TimeText.seconds(time)), in milliseconds since 1970, where no data lie; "
          + "if these are \(reading.unit), give \(reading).")
    }
    return time(dataEnd: data.isEmpty ? 0 : data.maxTime)
  }

  /// Says on standard error that `time`, which `option` gave, lies outside of all data, if it does.
  static func remark(_ time: Int64, _ option: String, outside data: TimeRange) {
    guard !data.isEmpty, time < data.minTime || time > data.maxTime else { return }
    let side = time < data.minTime ? "before" : "behind"
    StandardError.remark(
      "\(option) is \(TimeText.seconds(time)), \(side) all data, which are from "
        + "\(TimeText.seconds(data.minTime)) to \(TimeText.seconds(data.maxTime))")
  }
}
