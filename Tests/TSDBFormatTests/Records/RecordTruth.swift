import FoundationEssentials
import TSDBFormat

/// What Prometheus' own decoders made of the records of a folder, read from a fixture's
/// `*-records.txt`.
///
///     R seg=0 i=2 type=11(samples_v2) len=2300 end=3155
///      f ref=1 t=1767225600103 st=1767225600100 v=81
///      h ref=16 t=… st=… hint=0 schema=-1 zt=0.001 zc=2 count=12 sum=18.4 ps=[-2:2 1:2] pb=[1 1 -1 0] …
struct RecordTruth: Equatable {
  var segment: Int
  var code: Int
  /// Decompressed bytes.
  var length: Int
  /// Offset in the segment of the first byte behind the record.
  var end: Int
  /// The lines of the record.
  var lines: [Line] = []

  /// A line: its first word or words, and the rest as `key=value`.
  struct Line: Equatable {
    var words: [String] = []
    var values: [String: String] = [:]
    var labels: [Label] = []

    /// Splits a line; values may be quoted, or lists in brackets. A part in braces is labels.
    init(_ text: Substring) {
      var rest = text.utf8[...]
      while let first = rest.first {
        if first == UInt8(ascii: " ") {
          rest = rest.dropFirst()
        } else if first == UInt8(ascii: "{") {
          labels = Self.labels(String(Substring(rest)))
          return
        } else {
          let key = rest.prefix { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: " ") }
          rest = rest[key.endIndex...]
          if rest.first == UInt8(ascii: "=") {
            values[String(Substring(key))] = Self.value(&rest)
          } else {
            words.append(String(Substring(key)))
          }
        }
      }
    }

    private static func value(_ rest: inout Substring.UTF8View) -> String {
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: "\"") {
        var end = rest.index(after: rest.startIndex)
        while rest[end] != UInt8(ascii: "\"") {
          end = rest.index(end, offsetBy: rest[end] == UInt8(ascii: "\\") ? 2 : 1)
        }
        let quoted = Substring(rest[...end])
        rest = rest[rest.index(after: end)...]
        return (try? JSONDecoder().decode(String.self, from: Data(quoted.utf8))) ?? ""
      }
      let isList = rest.first == UInt8(ascii: "[")
      let stop = isList ? UInt8(ascii: "]") : UInt8(ascii: " ")
      let value = rest.prefix { $0 != stop }
      rest = rest[value.endIndex...].dropFirst()
      return String(Substring(isList ? value.dropFirst() : value))
    }

    /// Labels are sorted by name, on disk as here.
    private static func labels(_ json: String) -> [Label] {
      let pairs = try? JSONDecoder().decode([String: String].self, from: Data(json.utf8))
      return (pairs ?? [:]).map { Label($0.key, $0.value) }
        .sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }

    func integer(_ key: String) -> Int64 { Int64(values[key] ?? "") ?? .min }

    func unsigned(_ key: String) -> UInt64 { UInt64(values[key] ?? "") ?? .max }

    /// As Go prints it, or `NaN:` and the bits.
    static func float(_ text: String) -> Double {
      if let bits = UInt64(text.dropFirst(4), radix: 16), text.hasPrefix("NaN:") {
        return Double(bitPattern: bits)
      }
      return Double(text) ?? .nan
    }

    func float(_ key: String) -> Double { Self.float(values[key] ?? "") }

    func list(_ key: String) -> [String] {
      (values[key] ?? "").split(separator: " ").map(String.init)
    }
  }

  /// The records of `text`, in its order.
  static func list(_ text: String) -> [RecordTruth] {
    var records: [RecordTruth] = []
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let line = Line(line)
      if line.words.first == "R" {
        let code = (line.values["type"] ?? "").prefix { $0 != "(" }
        records.append(
          RecordTruth(
            segment: Int(line.integer("seg")), code: Int(code) ?? -1,
            length: Int(line.integer("len")), end: Int(line.integer("end"))))
      } else if !records.isEmpty {
        records[records.count - 1].lines.append(line)
      }
    }
    return records
  }
}

extension RecordTruth.Line {
  var series: DecodedRecord.Series { .init(ref: unsigned("ref"), labels: labels) }

  var sample: DecodedRecord.Sample {
    .init(
      ref: unsigned("ref"), time: integer("t"), startTime: integer("st"),
      value: float("v").bitPattern)
  }

  var exemplar: Exemplar {
    Exemplar(
      ref: unsigned("ref"), time: integer("t"), value: float("v").bitPattern, labels: labels)
  }

  var tombstone: Tombstone {
    Tombstone(series: unsigned("ref"), minTime: integer("mint"), maxTime: integer("maxt"))
  }

  var marker: MmapMarker { MmapMarker(ref: unsigned("ref"), chunk: unsigned("chunk")) }

  var metadata: MetricMetadata {
    let type = (values["type"] ?? "").prefix { $0 != "(" }
    return MetricMetadata(
      ref: unsigned("ref"), type: UInt8(type) ?? .max, unit: Array((values["unit"] ?? "").utf8),
      help: Array((values["help"] ?? "").utf8))
  }

  var histogramSample: DecodedRecord.HistogramSample {
    .init(
      ref: unsigned("ref"), time: integer("t"), startTime: integer("st"), histogram: histogram)
  }

  /// `h` has whole numbers, `F` floats.
  var histogram: Histogram {
    Histogram(
      schema: Int32(integer("schema")),
      counterReset: Histogram.CounterReset(rawValue: UInt8(unsigned("hint"))) ?? .unknown,
      zeroThreshold: float("zt"), sum: float("sum"), positiveSpans: spans("ps"),
      negativeSpans: spans("ns"), customBounds: list("cv").map(Self.float),
      counts: words.contains("F")
        ? .float(
          count: float("count"), zeroCount: float("zc"), positive: list("pb").map(Self.float),
          negative: list("nb").map(Self.float))
        : .integer(
          count: unsigned("count"), zeroCount: unsigned("zc"),
          positive: list("pb").map { Int64($0) ?? .min },
          negative: list("nb").map { Int64($0) ?? .min }))
  }

  private func spans(_ key: String) -> [Histogram.Span] {
    list(key).map { text in
      let parts = text.split(separator: ":")
      return Histogram.Span(
        offset: Int32(parts.first ?? "") ?? .min, length: UInt32(parts.last ?? "") ?? .max)
    }
  }
}

extension RecordTruth {
  /// The record of the log that these lines tell of.
  var decoded: DecodedRecord {
    switch RecordType(code: UInt8(clamping: code)) {
    case .series: .series(lines.map(\.series))
    case .samples, .samplesV2: .samples(lines.map(\.sample))
    case .tombstones: .tombstones(lines.map(\.tombstone))
    case .exemplars: .exemplars(lines.map(\.exemplar))
    case .mmapMarkers: .mmapMarkers(lines.map(\.marker))
    case .metadata: .metadata(lines.map(\.metadata))
    case .unknown(let code): .unknown(code: code, bytes: [])
    default: .histograms(lines.map(\.histogramSample))
    }
  }
}
