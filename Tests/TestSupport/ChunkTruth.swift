import TSDBFormat

/// What Prometheus' own iterators said about the chunks of a directory (`truth/blocks.txt`,
/// `truth/headchunks.txt`):
///
///     B ULID                              file NAME …
///     S ref=… {labels}
///      c ref=… [series=…] mint=… maxt=… [ooo=…] enc=4(XOR2) n=… len=… [crh=…] [sthdr=…] [data=…]
///       f t=… st=… v=…
///       h|F t=… st=… hint=… schema=… zt=… zc=… count=… sum=… ps=[offset:length …] pb=[…] ns= nb= cv=
public struct ChunkTruth: Sendable {
  /// Block or file name.
  public var source: String
  /// Segment in the upper 32 bits, offset in the lower.
  public var reference: UInt64 = 0
  /// Of a head chunk, its series.
  public var series: UInt64 = 0
  /// The code of the encoding.
  public var encoding: UInt8 = 0
  /// Bytes of its data.
  public var length = 0
  /// How many samples there are.
  public var sampleCount = 0
  /// The counter reset header, in the upper two bits; nil for floats.
  public var counterReset: UInt8?
  /// The header of start timestamps; nil where there is none.
  public var startTimestamps: UInt8?
  /// The samples, if they are listed.
  public var samples = SampleBatch()
  /// Its data, where the text has them (`data=HEX`).
  public var data: [UInt8] = []

  /// The chunks of `TestData/chunks-3.14.txt.gz`, with their data.
  public static let examples: [ChunkTruth] = {
    let path = Fixture.testData + "/chunks-3.14.txt.gz"
    return read((try? CommandRunner.run("/bin/zcat", [path]).stdout) ?? "")
  }()

  /// All chunks of such a text.
  public static func read(_ text: String) -> [ChunkTruth] {
    var chunks: [ChunkTruth] = []
    var source = ""
    for line in Array(text.utf8).split(separator: UInt8(ascii: "\n")) {
      let fields = Fields(line)
      switch fields.word {
      case "B": source = String(decoding: line.dropFirst(2), as: UTF8.self)
      case "file":
        source = String(decoding: line.dropFirst(5).prefix { $0 != 32 }, as: UTF8.self)
      case " c": chunks.append(ChunkTruth(source, fields))
      case "  f":
        let time = fields["t"]
        chunks[chunks.count - 1].samples.append(
          time: need(Int64(time)), startTime: need(Int64(fields["st"])),
          bits: float(fields["v"]).bitPattern)
      case "  h", "  F":
        chunks[chunks.count - 1].samples.append(
          time: need(Int64(fields["t"])), startTime: need(Int64(fields["st"])),
          histogram: histogram(fields, isFloat: fields.word == "  F"))
      default: break
      }
    }
    return chunks
  }

  /// The series of a dump (`truth/dump.txt`), each as if it were one chunk, with its labels as the
  /// source:
  ///
  ///     S {labels}
  ///     f t=… st=… v=…                      and so on, as above
  public static func read(dump text: String) -> [ChunkTruth] {
    var lines: [String] = []
    for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
      switch line.first {
      case UInt8(ascii: "S"):
        lines.append("B" + String(decoding: line.dropFirst(), as: UTF8.self))
        lines.append(" c ref=0 enc=1(XOR) n=0 len=0")
      case UInt8(ascii: "f"), UInt8(ascii: "h"), UInt8(ascii: "F"):
        lines.append("  " + String(decoding: line, as: UTF8.self))
      default: break
      }
    }
    return read(lines.joined(separator: "\n"))
  }

  private init(_ source: String, _ fields: Fields) {
    self.source = source
    reference = need(UInt64(fields["ref"]))
    series = UInt64(fields["series"]) ?? 0
    encoding = need(UInt8(fields["enc"].prefix { $0.isNumber }))
    length = need(Int(fields["len"]))
    sampleCount = need(Int(fields["n"]))
    counterReset = UInt8(fields["crh"], radix: 16)
    startTimestamps = UInt8(fields["sthdr"], radix: 16)
    let digits = Array(fields["data"])
    data = stride(from: 0, to: digits.count - 1, by: 2).map {
      need(UInt8(String(digits[$0...$0 + 1]), radix: 16))
    }
  }

  private static func histogram(_ fields: Fields, isFloat: Bool) -> Histogram {
    let (positive, negative) = (fields["pb"], fields["nb"])
    let counts: Histogram.Counts =
      isFloat
      ? .float(
        count: float(fields["count"]), zeroCount: float(fields["zc"]),
        positive: list(positive).map(float), negative: list(negative).map(float))
      : .integer(
        count: need(UInt64(fields["count"])), zeroCount: need(UInt64(fields["zc"])),
        positive: list(positive).map { need(Int64($0)) },
        negative: list(negative).map { need(Int64($0)) })
    return Histogram(
      schema: need(Int32(fields["schema"])),
      counterReset: need(Histogram.CounterReset(rawValue: need(UInt8(fields["hint"])))),
      zeroThreshold: float(fields["zt"]), sum: float(fields["sum"]),
      positiveSpans: spans(fields["ps"]), negativeSpans: spans(fields["ns"]),
      customBounds: list(fields["cv"]).map(float), counts: counts)
  }

  private static func list(_ text: String) -> [Substring] {
    text.dropFirst().dropLast().split(separator: " ")
  }

  private static func spans(_ text: String) -> [Histogram.Span] {
    list(text).map { span in
      let parts = span.split(separator: ":")
      return Histogram.Span(offset: need(Int32(parts[0])), length: need(UInt32(parts[1])))
    }
  }

  /// A float as Go prints it, NaNs with their bits.
  private static func float(_ text: some StringProtocol) -> Double {
    if text.hasPrefix("NaN:") {
      return Double(bitPattern: need(UInt64(text.dropFirst(4), radix: 16)))
    }
    return need(Double(text.hasPrefix("+") ? String(text.dropFirst()) : String(text)))
  }

  /// The first word of a line with its indentation, and its `key=value` fields; lists have spaces.
  private struct Fields {
    let word: String
    private var values: [String: String] = [:]

    subscript(key: String) -> String { values[key] ?? "" }

    init(_ line: ArraySlice<UInt8>) {
      let indentation = line.prefix { $0 == 32 }.count
      let first = line.dropFirst(indentation).prefix { $0 != 32 }
      word = String(decoding: line.prefix(indentation) + first, as: UTF8.self)
      guard [" c", "  f", "  h", "  F"].contains(word) else { return }
      var rest = line.dropFirst(indentation + first.count)
      while let start = rest.firstIndex(where: { $0 != 32 }) {
        rest = rest[start...]
        guard let equals = rest.firstIndex(of: UInt8(ascii: "=")) else { return }
        let key = String(decoding: rest[..<equals], as: UTF8.self)
        rest = rest[(equals + 1)...]
        let isList = rest.first == UInt8(ascii: "[")
        let end =
          rest.firstIndex(of: UInt8(ascii: isList ? "]" : " ")).map { isList ? $0 + 1 : $0 }
          ?? rest.endIndex
        values[key] = String(decoding: rest[..<end], as: UTF8.self)
        rest = rest[end...]
      }
    }
  }
}

/// What a truth must hold; a test whose truth cannot be read must not pass.
private func need<Value>(_ value: Value?) -> Value {
  guard let value else { preconditionFailure("the truth cannot be read") }
  return value
}
