internal import TSDBFormat

/// Counts over time as one line of blocks: `▁▁▁▁▆█▇▇`.
enum Sparkline {
  private static let blocks = Array("▁▂▃▄▅▆▇█")

  /// `counts` in at most `width` blocks. Where there are more counts than blocks, each block is the
  /// mean of its share of them. Only nothing at all is drawn as the lowest block, so that a little
  /// can be told from nothing.
  static func text(_ counts: [some BinaryInteger], width: Int = 60) -> String {
    let values = resampled(counts.map { max(0, Double($0)) }, to: width)
    guard let highest = values.max(), highest > 0 else {
      return String(repeating: blocks[0], count: values.count)
    }
    return String(
      values.map { value in
        if value <= 0 { return blocks[0] }
        let step = (value / highest * Double(blocks.count - 1)).rounded()
        return blocks[min(max(Int(clamping: step), 1), blocks.count - 1)]
      })
  }

  /// The mean of each of `width` equal stretches of `values`.
  private static func resampled(_ values: [Double], to width: Int) -> [Double] {
    guard width > 0 else { return [] }
    guard values.count > width else { return values }
    let share = Double(values.count) / Double(width)
    return (0..<width).map { cell in
      let start = Double(cell) * share
      let end = start + share
      var sum = 0.0
      var index = Int(clamping: start)
      while index < values.count, Double(index) < end {
        let covered = min(end, Double(index + 1)) - max(start, Double(index))
        sum += values[index] * max(0, covered)
        index += 1
      }
      return sum / share
    }
  }
}
