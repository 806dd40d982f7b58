/// The fields of decompressed records of a log, by type (Prometheus: tsdb/record/record.go). Offsets
/// count inside the record.
extension Annotation {
  /// Walks over `payload`, the plain bytes of the record that starts at `offset` of its segment.
  public static func record(_ payload: RawSpan, at offset: Int, limit: Int) -> Annotation {
    var annotation = Annotation(at: 0, limit: limit)
    var cursor = ByteCursor(payload, ofRecordAt: offset, in: .walRecord)
    do throws(DecodeError) {
      try annotation.record(&cursor)
    } catch {
      annotation.fail(error, upTo: payload.byteCount)
    }
    annotation.end(to: 0)
    annotation.cover(upTo: payload.byteCount)
    return annotation
  }

  private mutating func record(_ cursor: inout ByteCursor) throws(DecodeError) {
    let code = try uint8("type", &cursor) { RecordType(code: $0).name }
    let type = RecordType(code: code)
    cursor.section = type.section
    switch type {
    case .series: try seriesRecord(&cursor)
    case .samples: try samplesRecord(&cursor, histogramIsFloat: nil)
    case .tombstones: try tombstonesRecord(&cursor)
    case .exemplars: try exemplars(&cursor)
    case .mmapMarkers: try mmapMarkers(&cursor)
    case .metadata: try metadata(&cursor)
    case .histogramSamples, .customBucketsHistogramSamples:
      try samplesRecord(&cursor, histogramIsFloat: false)
    case .floatHistogramSamples, .customBucketsFloatHistogramSamples:
      try samplesRecord(&cursor, histogramIsFloat: true)
    case .samplesV2: try samplesRecordV2(&cursor, histogramIsFloat: nil)
    case .histogramSamplesV2: try samplesRecordV2(&cursor, histogramIsFloat: false)
    case .floatHistogramSamplesV2: try samplesRecordV2(&cursor, histogramIsFloat: true)
    case .unknown: leaf("body", upTo: cursor.offset &+ cursor.remaining)
    }
  }

  private mutating func seriesRecord(_ cursor: inout ByteCursor) throws(DecodeError) {
    while !cursor.isAtEnd, !isFull {
      begin("series")
      try uint64("ref", &cursor)
      end(.labels(try labels(&cursor)))
    }
  }

  /// Floats where `isFloat` is nil, else histograms of that kind.
  private mutating func samplesRecord(
    _ cursor: inout ByteCursor, histogramIsFloat isFloat: Bool?
  ) throws(DecodeError) {
    guard !cursor.isAtEnd else { return }
    let baseRef = try uint64("base ref", &cursor)
    let baseTime = try time("base time", &cursor)
    while !cursor.isAtEnd, !isFull {
      begin("sample")
      let ref = try ref(from: baseRef, &cursor)
      let time = try time(from: baseTime, &cursor)
      if let isFloat {
        try histogram(&cursor, isFloat: isFloat)
        end(.sample(ref: ref, time: time, bits: nil))
      } else {
        end(.sample(ref: ref, time: time, bits: try float("value", &cursor)))
      }
    }
  }

  private mutating func ref(
    from base: UInt64, _ cursor: inout ByteCursor
  ) throws(DecodeError) -> UInt64 {
    let delta = try cursor.varint()
    let ref = base &+ UInt64(bitPattern: delta)
    leaf("ref", upTo: cursor.offset, .delta(delta, ref))
    return ref
  }

  private mutating func time(
    from base: Int64, named name: String = "time", _ cursor: inout ByteCursor
  ) throws(DecodeError) -> Int64 {
    let delta = try cursor.varint()
    let time = base &+ delta
    leaf(name, upTo: cursor.offset, .timeDelta(delta, time))
    return time
  }

  /// The rows of the V2 types: the ref counts from the row before, time and start time from the first.
  private mutating func samplesRecordV2(
    _ cursor: inout ByteCursor, histogramIsFloat isFloat: Bool?
  ) throws(DecodeError) {
    var ref: UInt64 = 0
    var first: (time: Int64, start: Int64)?
    while !cursor.isAtEnd, !isFull {
      begin("sample")
      var time: Int64
      if let first {
        ref = try self.ref(from: ref, &cursor)
        time = try self.time(from: first.time, &cursor)
        try startTime(from: first.start, &cursor)
      } else {
        ref = UInt64(bitPattern: try cursor.varint())
        leaf("ref", upTo: cursor.offset, .unsigned(ref))
        time = try varintTime("time", &cursor)
        first = (time, try varintTime("start time", &cursor))
      }
      if let isFloat {
        try histogram(&cursor, isFloat: isFloat)
        end(.sample(ref: ref, time: time, bits: nil))
      } else {
        end(.sample(ref: ref, time: time, bits: try float("value", &cursor)))
      }
    }
  }

  private mutating func startTime(
    from first: Int64, _ cursor: inout ByteCursor
  ) throws(DecodeError) {
    let marker = try uint8("start time marker", &cursor) {
      switch $0 {
      case 0: "none"
      case 1: "as the sample before"
      default: "follows"
      }
    }
    if marker > 1 { _ = try time(from: first, named: "start time", &cursor) }
  }

  private mutating func tombstonesRecord(_ cursor: inout ByteCursor) throws(DecodeError) {
    while !cursor.isAtEnd, !isFull {
      begin("tombstone")
      try uint64("ref", &cursor)
      try varintTime("min time", &cursor)
      try varintTime("max time", &cursor)
      end()
    }
  }

  /// Type 4, and type 3 of a chunk snapshot.
  mutating func exemplars(_ cursor: inout ByteCursor) throws(DecodeError) {
    guard !cursor.isAtEnd else { return }
    let baseRef = try uint64("base ref", &cursor)
    let baseTime = try time("base time", &cursor)
    while !cursor.isAtEnd, !isFull {
      begin("exemplar")
      let ref = try ref(from: baseRef, &cursor)
      let time = try time(from: baseTime, &cursor)
      let value = try float("value", &cursor)
      _ = try labels(&cursor)
      end(.sample(ref: ref, time: time, bits: value))
    }
  }

  private mutating func mmapMarkers(_ cursor: inout ByteCursor) throws(DecodeError) {
    while !cursor.isAtEnd, !isFull {
      begin("marker")
      try uint64("ref", &cursor)
      let place = try cursor.uint64()
      leaf("head chunk", upTo: cursor.offset, place == 0 ? .code(0, "none yet") : .headChunk(place))
      end()
    }
  }

  private mutating func metadata(_ cursor: inout ByteCursor) throws(DecodeError) {
    let kinds = [
      "unknown", "counter", "gauge", "histogram", "gauge histogram", "summary", "info", "stateset",
    ]
    while !cursor.isAtEnd, !isFull {
      begin("metadata")
      try uvarint("ref", &cursor)
      try uint8("metric type", &cursor) { Int($0) < kinds.count ? kinds[Int($0)] : nil }
      let count = try count("fields", &cursor, ofAtLeast: 2)
      for _ in 0..<count {
        begin("field")
        let name = try string("name", &cursor)
        let value = try string("value", &cursor)
        end(.label(Label(name: name, value: value)))
      }
      end()
    }
  }
}
