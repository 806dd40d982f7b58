import TSDBFormat

extension LogDirectory {
  /// A directory whose head has an explosion: from the twentieth minute on, 100 series a minute of
  /// `requests_total` are born, each with a value of `tenant` of its own; 10 were there before. All values
  /// but that of `zone` have the word secret in them, and `evil` has the value that is given.
  public static func incident(evil: [UInt8] = Array("hidden".utf8)) throws -> LogDirectory {
    func series(_ number: Int) -> [UInt8] {
      let labels: [(String, [UInt8])] = [
        ("__name__", Array("requests_total".utf8)), ("evil", evil),
        ("instance", Array("secretinstance7:9090".utf8)), ("job", Array("secretjob7".utf8)),
        ("tenant", Array("secrettenant\(number)x".utf8)), ("zone", Array("openzone".utf8)),
      ]
      let head = bigEndianBytes(UInt64(number + 1)) + uvarintBytes(UInt64(labels.count))
      return labels.reduce(into: head) {
        $0 += lengthPrefixedBytes($1.0.utf8) + lengthPrefixedBytes($1.1)
      }
    }
    var records: [[UInt8]] = []
    var known = 0
    for minute in 0..<40 {
      let time = 1_700_000_000_000 + Int64(minute) * 60_000
      let count = minute < 20 ? 10 : 10 + (minute - 19) * 100
      if count > known {
        records.append((known..<count).reduce(into: [1]) { $0 += series($1) })
        known = count
      }
      records.append(
        RecordBuilder.samples(
          (0..<count).map { (ref: UInt64($0 + 1), time: time, value: Double(minute)) }))
    }
    return try LogDirectory([records])
  }
}
