internal import TSDBFormat
internal import TSDBStore

/// Entries of the log that cannot be placed, because nothing says which series they are of: counted,
/// and written as JSON Lines.
///
///     {"file":"wal/00000003","offset":32768,"ref":17,"time":1794880800000,"value":"1.5"}
///     {"file":…,"offset":…,"type":"histogram_samples","refs":[17],"payload":"07…"}
///
/// Records other than floats are kept as they are, in hexadecimal.
struct LostSamples {
  /// Samples.
  private(set) var samples = 0
  /// Their times.
  private(set) var timeRange = TimeRange()
  /// Their refs.
  private(set) var refs: Set<UInt64> = []
  /// What replay drops in any case, because blocks hold it: not counted, in milliseconds.
  let minValidTime: Int64

  init(minValidTime: Int64) {
    self.minValidTime = minValidTime
  }

  /// Counts what `payload` has of refs that are not known, and gives the lines about it.
  mutating func take(
    _ item: LogItem, _ entry: RecordBatch.Entry, _ payload: RawSpan, isKnown: (UInt64) -> Bool
  ) -> ByteBuffer {
    var text = ByteBuffer()
    let type = RecordType(code: payload.byte(at: 0))
    let start = "{\"file\":\"\(item.path)\",\"offset\":\(entry.offset),"
    var failure: DecodeError?
    switch DecodedRecord(payload: payload, at: entry.offset, failure: &failure) {
    case .samples(let all):
      for sample in all where !isKnown(sample.ref) {
        count(sample.ref, sample.time)
        text.append(text: start)
        text.append(
          text: "\"ref\":\(sample.ref),\"time\":\(sample.time),\"value\":\""
            + "\(Double(bitPattern: sample.value))\"}\n")
      }
    case .histograms(let all):
      let lost = all.filter { !isKnown($0.ref) }
      for sample in lost { count(sample.ref, sample.time) }
      text.append(text: start + "\"type\":\"\(type.name)\",")
      let refs = Set(lost.map(\.ref)).sorted().map(String.init).joined(separator: ",")
      text.append(text: "\"refs\":[\(refs)],\"payload\":\"\(Self.hex(payload))\"}\n")
    case .series, .tombstones, .exemplars, .mmapMarkers, .metadata, .unknown:
      text.append(text: start + "\"type\":\"\(type.name)\",\"payload\":\"\(Self.hex(payload))\"}\n")
    }
    return text
  }

  private mutating func count(_ ref: UInt64, _ time: Int64) {
    refs.insert(ref)
    guard time >= minValidTime else { return }
    samples += 1
    timeRange.include(time)
  }

  private static func hex(_ bytes: RawSpan) -> String {
    let digits = Array("0123456789abcdef")
    var text = ""
    for index in 0..<bytes.byteCount {
      let byte = Int(bytes.byte(at: index))
      text.append(digits[byte >> 4])
      text.append(digits[byte & 15])
    }
    return text
  }
}
