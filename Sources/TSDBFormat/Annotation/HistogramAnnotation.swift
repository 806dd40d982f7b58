/// The fields of a native histogram as records hold it (Prometheus: tsdb/record/record.go,
/// `EncodeHistogram`, `EncodeFloatHistogram`).
extension Annotation {
  /// One histogram body, whose counts are floats or integers.
  mutating func histogram(_ cursor: inout ByteCursor, isFloat: Bool) throws(DecodeError) {
    begin("histogram")
    try uint8("counter reset", &cursor) {
      $0 < 4 ? ["unknown", "reset", "not reset", "gauge"][Int($0)] : nil
    }
    let schema = try varint("schema", &cursor)
    try float("zero threshold", &cursor)
    if isFloat {
      try float("zero count", &cursor)
      try float("count", &cursor)
    } else {
      try uvarint("zero count", &cursor)
      try uvarint("count", &cursor)
    }
    try float("sum", &cursor)
    try spans("positive spans", &cursor)
    try spans("negative spans", &cursor)
    try buckets("positive buckets", &cursor, isFloat: isFloat)
    try buckets("negative buckets", &cursor, isFloat: isFloat)
    if schema == Int64(Histogram.customBucketsSchema) {
      begin("custom bounds")
      let count = try count("count", &cursor, ofAtLeast: 8)
      for _ in 0..<count { try float("bound", &cursor) }
      end()
    }
    end()
  }

  private mutating func spans(
    _ name: String, _ cursor: inout ByteCursor
  ) throws(DecodeError) {
    begin(name)
    let count = try count("count", &cursor, ofAtLeast: 2)
    for _ in 0..<count {
      try varint("offset", &cursor)
      try uvarint("length", &cursor)
    }
    end()
  }

  private mutating func buckets(
    _ name: String, _ cursor: inout ByteCursor, isFloat: Bool
  ) throws(DecodeError) {
    begin(name)
    let count = try count("count", &cursor, ofAtLeast: isFloat ? 8 : 1)
    for _ in 0..<count {
      if isFloat { try float("bucket", &cursor) } else { try varint("delta", &cursor) }
    }
    end()
  }
}
