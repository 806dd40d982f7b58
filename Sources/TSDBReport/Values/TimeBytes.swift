internal import TSDBFormat

/// Times as `TimeText.milliseconds` has them, for those who write millions of them.
enum TimeBytes {
  /// Appends `2026-11-17T00:40:00.000Z`.
  static func append(_ time: Int64, to out: inout ByteBuffer) {
    let (days, rest) = time.quotientAndRemainder(dividingBy: 86_400_000)
    let millisecond = rest < 0 ? rest + 86_400_000 : rest
    let date = CivilDate(daysSince1970: rest < 0 ? days - 1 : days)
    guard (0...9999).contains(date.year) else {
      out.append(text: TimeText.milliseconds(time))
      return
    }
    append(date.year, digits: 4, "-", to: &out)
    append(date.month, digits: 2, "-", to: &out)
    append(date.day, digits: 2, "T", to: &out)
    append(millisecond / 3_600_000, digits: 2, ":", to: &out)
    append(millisecond / 60_000 % 60, digits: 2, ":", to: &out)
    append(millisecond / 1000 % 60, digits: 2, ".", to: &out)
    append(millisecond % 1000, digits: 3, "Z", to: &out)
  }

  private static func append(
    _ value: Int64, digits: Int, _ behind: StaticString, to out: inout ByteBuffer
  ) {
    var limit: Int64 = 10
    for _ in 1..<digits {
      if value < limit { out.append(UInt8(ascii: "0")) }
      limit *= 10
    }
    out.append(decimal: value)
    out.append(behind)
  }
}
