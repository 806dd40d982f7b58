internal import FoundationEssentials
package import TSDBAnalysis
internal import TSDBCheck
package import TSDBFormat
internal import TSDBStore

/// The records of a log as JSON Lines, one flat object each.
///
///     {"file":"wal/00000000","segment":0,"offset":0,"diskBytes":284,"bytes":1693,
///      "compression":"zstd","type":"series","entries":36}
package struct JSONRecords: RecordWriter {
  package let directory: String

  package init(directory: String) {
    self.directory = directory
  }

  package func append(_ line: RecordDump.Line, to out: inout ByteBuffer) throws {
    switch line.content {
    case .record(let record):
      appendPlace(line, record.offset, to: &out)
      out.append(",\"diskBytes\":")
      out.append(decimal: Int64(record.end - record.offset))
      out.append(",\"bytes\":")
      out.append(decimal: Int64(record.byteCount))
      out.append(",\"compression\":\"")
      out.append(text: record.compression.rawValue)
      out.append("\",\"type\":\"")
      out.append(text: record.type)
      out.append(UInt8(ascii: "\""))
      if record.type == "unknown" {
        out.append(",\"code\":")
        out.append(decimal: UInt64(record.code))
      }
      out.append(",\"entries\":")
      out.append(decimal: Int64(record.entryCount))
      if let entries = record.entries {
        out.append(",\"payload\":[")
        append(entries, to: &out)
        out.append(UInt8(ascii: "]"))
      }
      out.append("}\n")
    case .damage(let damage):
      let finding = Finding(.damaged(path: line.path, damage.error))
      appendPlace(line, damage.error.offset, to: &out)
      out.append(",\"type\":\"damage\",\"lostBytes\":")
      out.append(decimal: Int64(damage.lost.count))
      if let inner = damage.error.inner {
        out.append(",\"recordOffset\":")
        out.append(decimal: Int64(inner))
      }
      let texts: [(StaticString, String?)] = [
        (",\"rule\":", finding.rule.id), (",\"severity\":", finding.severity.rawValue),
        (",\"structure\":", finding.structure?.rawValue),
        (",\"expected\":", finding.expected?.text), (",\"found\":", finding.found?.text),
        (",\"message\":", finding.message.text), (",\"startup\":", finding.startup.rawValue),
      ]
      for (key, text) in texts {
        guard let text else { continue }
        out.append(key)
        SampleJSON.append(bytes: Array(text.utf8), to: &out)
      }
      out.append("}\n")
    }
  }

  private func appendPlace(_ line: RecordDump.Line, _ offset: Int, to out: inout ByteBuffer) {
    out.append("{\"file\":")
    let file = RelativePath.of(line.path, to: directory)
    SampleJSON.append(bytes: Array(file.utf8), to: &out)
    out.append(",\"segment\":")
    out.append(decimal: Int64(line.segment))
    out.append(",\"offset\":")
    out.append(decimal: Int64(offset))
  }

  private func append(_ entries: RecordDump.Entries, to out: inout ByteBuffer) {
    switch entries {
    case .log(.series(let all)):
      list(all, to: &out) {
        key(ref: $0.ref, to: &$1)
        $1.append(",\"labels\":")
        SampleJSON.append($0.labels, to: &$1)
      }
    case .log(.samples(let all)):
      list(all, to: &out) {
        key(ref: $0.ref, $0.time, $0.startTime, to: &$1)
        $1.append(",\"v\":")
        SampleJSON.append(Double(bitPattern: $0.value), to: &$1)
      }
    case .log(.histograms(let all)):
      list(all, to: &out) {
        key(ref: $0.ref, $0.time, $0.startTime, to: &$1)
        $1.append(",\"h\":")
        SampleJSON.append($0.histogram, to: &$1)
      }
    case .log(.mmapMarkers(let all)):
      list(all, to: &out) {
        key(ref: $0.ref, to: &$1)
        number(",\"file\":", $0.file, to: &$1)
        number(",\"offset\":", $0.offset, to: &$1)
      }
    case .log(.metadata(let all)): list(all, to: &out, append)
    case .log(.tombstones(let all)), .snapshot(.tombstones(let all), _):
      list(all, to: &out, append)
    case .log(.exemplars(let all)), .snapshot(.exemplars(let all), _):
      list(all, to: &out, append)
    case .log(.unknown(_, let bytes)):
      list([bytes], to: &out) {
        $1.append("\"bytes\":\"")
        $1.append(text: Data($0).base64EncodedString())
        $1.append(UInt8(ascii: "\""))
      }
    case .snapshot(.series(let series), let samples):
      list([series], to: &out) { append($0, samples, to: &$1) }
    }
  }

  /// Objects, whose members `append` writes.
  private func list<Entry>(
    _ entries: [Entry], to out: inout ByteBuffer, _ append: (Entry, inout ByteBuffer) -> Void
  ) {
    for (index, entry) in entries.enumerated() {
      out.append(index == 0 ? "{" : ",{")
      append(entry, &out)
      out.append(UInt8(ascii: "}"))
    }
  }

  private func key(ref: UInt64, to out: inout ByteBuffer) {
    out.append("\"ref\":")
    out.append(decimal: ref)
  }

  private func key(ref: UInt64, _ time: Int64, _ startTime: Int64, to out: inout ByteBuffer) {
    key(ref: ref, to: &out)
    out.append(",\"t\":")
    out.append(decimal: time)
    guard startTime != 0 else { return }
    out.append(",\"st\":")
    out.append(decimal: startTime)
  }

  private func number(_ key: StaticString, _ value: some BinaryInteger, to out: inout ByteBuffer) {
    out.append(key)
    out.append(decimal: Int64(value))
  }

  private func append(_ metadata: MetricMetadata, to out: inout ByteBuffer) {
    key(ref: metadata.ref, to: &out)
    out.append(",\"metricType\":\"")
    out.append(text: metadata.typeName)
    out.append("\"")
    if metadata.typeName == "unknown" { number(",\"metricTypeCode\":", metadata.type, to: &out) }
    out.append(",\"unit\":")
    SampleJSON.append(bytes: metadata.unit, to: &out)
    out.append(",\"help\":")
    SampleJSON.append(bytes: metadata.help, to: &out)
    guard !metadata.others.isEmpty else { return }
    out.append(",\"others\":")
    SampleJSON.append(metadata.others, to: &out)
  }

  private func append(_ tombstone: Tombstone, to out: inout ByteBuffer) {
    key(ref: tombstone.series, to: &out)
    number(",\"mint\":", tombstone.minTime, to: &out)
    number(",\"maxt\":", tombstone.maxTime, to: &out)
  }

  private func append(_ exemplar: Exemplar, to out: inout ByteBuffer) {
    key(ref: exemplar.ref, exemplar.time, 0, to: &out)
    out.append(",\"v\":")
    SampleJSON.append(Double(bitPattern: exemplar.value), to: &out)
    out.append(",\"labels\":")
    SampleJSON.append(exemplar.labels, to: &out)
  }

  private func append(
    _ series: SnapshotSeries, _ samples: SampleBatch, to out: inout ByteBuffer
  ) {
    key(ref: series.ref, to: &out)
    out.append(",\"labels\":")
    SampleJSON.append(series.labels, to: &out)
    guard let chunk = series.chunk else {
      out.append(",\"chunk\":null")
      return
    }
    number(",\"chunk\":{\"mint\":", chunk.minTime, to: &out)
    number(",\"maxt\":", chunk.maxTime, to: &out)
    out.append(",\"encoding\":\"")
    out.append(text: "\(chunk.encoding)")
    number("\",\"dataBytes\":", chunk.data.count, to: &out)
    out.append(",\"samples\":[")
    for index in 0..<samples.count {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      SampleJSON.append(samples, at: index, to: &out)
    }
    out.append("],\"last\":")
    switch chunk.last {
    case .floats(let floats):
      out.append("[")
      list(floats, to: &out) {
        number("\"t\":", $0.time, to: &$1)
        $1.append(",\"v\":")
        SampleJSON.append(Double(bitPattern: $0.value), to: &$1)
      }
      out.append("]}")
    case .histogram(let histogram):
      SampleJSON.append(histogram, to: &out)
      out.append("}")
    }
  }
}
