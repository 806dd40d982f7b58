internal import TSDBFormat

/// The values of one label: how many, how they look, what they begin with, what they weigh.
public struct LabelValues: Equatable, Sendable {
  /// A value, or what several begin with, and how often.
  public struct Line: Equatable, Sendable {
    /// The bytes.
    public let text: [UInt8]
    /// Series that carry it; of a prefix, values that begin with it.
    public let count: Int
  }

  /// A shape and how many values have it.
  public struct ShapeCount: Equatable, Sendable {
    /// The shape.
    public let shape: ValueShape
    /// Distinct values of it.
    public let values: Int
  }

  /// Distinct values.
  public let count: Int
  /// Bytes of the distinct values.
  public let bytes: Int
  /// Bytes of the values of all series that carry them: what an exposition sends.
  public let bytesInSeries: Int
  /// Values by their series.
  public let top: [Line]
  /// Shapes by their values.
  public let shapes: [ShapeCount]
  /// What at least two values, and a twentieth of them, begin with, up to a `/`, `-`, `_`, `.` or `:`.
  public let prefixes: [Line]

  /// Prefixes that are told apart; beyond that, values add to those that are known.
  private static let mostPrefixes = 1 << 16

  /// The values that `series` count by pair, of which there are some.
  init(_ pairs: LabelPairTable, series: [LabelPairTable.PairID: Int], limit: Int) {
    var shapes: [ValueShape: Int] = [:]
    var prefixes: [[UInt8]: Int] = [:]
    var (bytes, bytesInSeries) = (0, 0)
    for (pair, count) in series {
      let value = pairs.value(ofPair: pair)
      bytes &+= value.byteCount
      bytesInSeries &+= value.byteCount &* count
      shapes[ValueShape(value), default: 0] += 1
      for prefix in Self.prefixes(of: [UInt8](value)) {
        if prefixes[prefix] != nil || prefixes.count < Self.mostPrefixes {
          prefixes[prefix, default: 0] += 1
        }
      }
    }
    count = series.count
    self.bytes = bytes
    self.bytesInSeries = bytesInSeries
    self.shapes = ValueShape.allCases.compactMap { shape in
      shapes[shape].map { ShapeCount(shape: shape, values: $0) }
    }.sorted { $0.values > $1.values }
    top = Self.sorted(series.map { Line(text: [UInt8](pairs.value(ofPair: $0)), count: $1) }, limit)
    let least = max(2, series.count / 20)
    let common = prefixes.filter { $0.value >= least }.map { Line(text: $0, count: $1) }
    // Of two prefixes with the same values the longer one says more.
    let telling = common.filter { line in
      !common.contains {
        $0.count == line.count && $0.text.count > line.text.count && $0.text.starts(with: line.text)
      }
    }
    self.prefixes = Self.sorted(telling, limit)
  }

  private static func sorted(_ lines: [Line], _ limit: Int) -> [Line] {
    let sorted = lines.sorted {
      $0.count == $1.count ? $0.text.lexicographicallyPrecedes($1.text) : $0.count > $1.count
    }
    return Array(sorted.prefix(limit))
  }

  /// The beginnings of a value up to its first, second and third separator, which belongs to them.
  private static func prefixes(of value: [UInt8]) -> [[UInt8]] {
    var found: [[UInt8]] = []
    for (index, byte) in value.dropLast().enumerated() where index > 0 {
      guard "/-_.:".utf8.contains(byte) else { continue }
      found.append(Array(value[...index]))
      if found.count == 3 { break }
    }
    return found
  }
}
