/// How the samples of a chunk are packed (Prometheus: tsdb/chunkenc/chunk.go).
public enum ChunkEncoding: Equatable, Hashable, Sendable {
  /// 1: floats.
  case xor
  /// 2: native histograms with integer counts.
  case histogram
  /// 3: native histograms with float counts.
  case floatHistogram
  /// 4: floats with start timestamps, since 3.11.
  case xor2
  /// 5: integer histograms with start timestamps, since 3.14.
  case histogramST
  /// 6: float histograms with start timestamps, since 3.14.
  case floatHistogramST
  /// A code that no known Prometheus writes.
  case unknown(UInt8)

  /// The encoding a code stands for.
  public init(code: UInt8) {
    switch code {
    case 1: self = .xor
    case 2: self = .histogram
    case 3: self = .floatHistogram
    case 4: self = .xor2
    case 5: self = .histogramST
    case 6: self = .floatHistogramST
    default: self = .unknown(code)
    }
  }

  /// The code on disk.
  public var code: UInt8 {
    switch self {
    case .xor: 1
    case .histogram: 2
    case .floatHistogram: 3
    case .xor2: 4
    case .histogramST: 5
    case .floatHistogramST: 6
    case .unknown(let code): code
    }
  }

  /// What the samples are.
  public enum Kind: Sendable {
    /// Plain numbers.
    case float
    /// Native histograms with integer counts.
    case histogram
    /// Native histograms with float counts.
    case floatHistogram
    /// Nobody knows yet.
    case unknown
  }

  /// What the samples are.
  public var kind: Kind {
    switch self {
    case .xor, .xor2: .float
    case .histogram, .histogramST: .histogram
    case .floatHistogram, .floatHistogramST: .floatHistogram
    case .unknown: .unknown
    }
  }

  /// True where each histogram carries a start timestamp, and the first two bits of the sample count
  /// are the counter reset header.
  public var isHistogramST: Bool { self == .histogramST || self == .floatHistogramST }
}

extension ChunkEncoding: CustomStringConvertible {
  /// The name Prometheus prints (`Encoding.String` in tsdb/chunkenc/chunk.go), or the code.
  public var description: String {
    switch self {
    case .xor: "XOR"
    case .histogram: "histogram"
    case .floatHistogram: "floathistogram"
    case .xor2: "XOR2"
    case .histogramST: "histogramST"
    case .floatHistogramST: "floathistogramST"
    case .unknown(AggregateChunk.encoding): "aggregates"
    case .unknown(let code): "unknown (\(code))"
    }
  }
}
