package import TSDBAnalysis
internal import TSDBCheck
package import TSDBFormat
internal import TSDBStore

/// Writes what stands in a log, record by record.
package protocol RecordWriter {
  /// Appends a line, or several.
  func append(_ line: RecordDump.Line, to out: inout ByteBuffer) throws
}

/// For people: each record on a line, its entries indented below.
///
///     wal/00000000 at 0: series, 36 entries, 1693 bytes, zstd 284
///       ref 1  gen_counter{idx="0",job="tsdbtool"}
package struct TextRecords: RecordWriter {
  package let directory: String

  package init(directory: String) {
    self.directory = directory
  }

  package func append(_ line: RecordDump.Line, to out: inout ByteBuffer) {
    switch line.content {
    case .record(let record):
      appendPlace(line, record.offset, to: &out)
      out.append(text: record.type)
      if record.type == "unknown" {
        number(" (type ", record.code, to: &out)
        out.append(")")
      } else {
        number(", ", record.entryCount, to: &out)
        out.append(record.entryCount == 1 ? " entry" : " entries")
      }
      number(", ", record.byteCount, to: &out)
      out.append(" bytes, ")
      out.append(text: record.compression == .none ? "plain" : record.compression.rawValue)
      number(" ", record.end - record.offset, to: &out)
      out.append("\n")
      if let entries = record.entries { append(entries, to: &out) }
    case .damage(let damage):
      let finding = Finding(.damaged(path: line.path, damage.error))
      appendPlace(line, damage.error.offset, to: &out)
      out.append("damage, ")
      if let inner = damage.error.inner {
        number("byte ", inner, to: &out)
        out.append(" of the decompressed record: ")
      }
      out.append(text: DisplayText.escaped(finding.message))
      number("; ", damage.lost.count, to: &out)
      out.append(" bytes lost  [")
      out.append(text: finding.rule.id)
      out.append("]\n")
    }
  }

  private func appendPlace(_ line: RecordDump.Line, _ offset: Int, to out: inout ByteBuffer) {
    out.append(text: DisplayText.escaped(RelativePath.of(line.path, to: directory)))
    number(" at ", offset, to: &out)
    out.append(": ")
  }

  private func append(_ entries: RecordDump.Entries, to out: inout ByteBuffer) {
    switch entries {
    case .log(.series(let all)):
      each(all, \.ref, to: &out) { GoLabels.append(exposition: $0.labels, .go, to: &$1) }
    case .log(.samples(let all)):
      each(all, \.ref, to: &out) {
        append($0.time, Double(bitPattern: $0.value), since: $0.startTime, to: &$1)
      }
    case .log(.histograms(let all)):
      each(all, \.ref, to: &out) {
        TimeBytes.append($0.time, to: &$1)
        $1.append("  ")
        HistogramText.append(short: $0.histogram, to: &$1)
        append(since: $0.startTime, to: &$1)
      }
    case .log(.mmapMarkers(let all)):
      each(all, \.ref, to: &out) {
        guard $0.chunk != 0 else {
          $1.append("no chunk yet")
          return
        }
        number("chunk at ", $0.offset, to: &$1)
        number(" of chunks_head file ", $0.file, to: &$1)
      }
    case .log(.metadata(let all)):
      each(all, \.ref, to: &out) {
        $1.append(text: $0.typeName)
        $1.append("  unit ")
        GoQuote.append($0.unit, to: &$1)
        $1.append("  help ")
        GoQuote.append($0.help, to: &$1)
      }
    case .log(.tombstones(let all)), .snapshot(.tombstones(let all), _):
      each(all, \.series, to: &out) {
        TimeBytes.append($0.minTime, to: &$1)
        $1.append(" to ")
        TimeBytes.append($0.maxTime, to: &$1)
      }
    case .log(.exemplars(let all)), .snapshot(.exemplars(let all), _):
      each(all, \.ref, to: &out) {
        append($0.time, Double(bitPattern: $0.value), since: 0, to: &$1)
        $1.append("  ")
        GoLabels.append(exposition: $0.labels, .go, to: &$1)
      }
    case .log(.unknown): break
    case .snapshot(.series(let series), let samples): append(series, samples, to: &out)
    }
  }

  private func each<Entry>(
    _ entries: [Entry], _ ref: KeyPath<Entry, UInt64>, to out: inout ByteBuffer,
    _ append: (Entry, inout ByteBuffer) -> Void
  ) {
    for entry in entries {
      out.append("  ref ")
      out.append(decimal: entry[keyPath: ref])
      out.append("  ")
      append(entry, &out)
      out.append("\n")
    }
  }

  private func append(
    _ time: Int64, _ value: Double, since startTime: Int64, to out: inout ByteBuffer
  ) {
    TimeBytes.append(time, to: &out)
    out.append("  ")
    GoFloat.append(value, to: &out)
    append(since: startTime, to: &out)
  }

  private func append(since startTime: Int64, to out: inout ByteBuffer) {
    guard startTime != 0 else { return }
    out.append("  since ")
    TimeBytes.append(startTime, to: &out)
  }

  private func append(
    _ series: SnapshotSeries, _ samples: SampleBatch, to out: inout ByteBuffer
  ) {
    each([series], \.ref, to: &out) { GoLabels.append(exposition: $0.labels, .go, to: &$1) }
    guard let chunk = series.chunk else { return }
    out.append("    ")
    out.append(text: "\(chunk.encoding)")
    number(" chunk of ", samples.count, to: &out)
    out.append(" samples from ")
    TimeBytes.append(chunk.minTime, to: &out)
    out.append(" to ")
    TimeBytes.append(chunk.maxTime, to: &out)
    out.append("\n")
  }

  private func number(_ before: StaticString, _ value: some BinaryInteger, to out: inout ByteBuffer)
  {
    out.append(before)
    out.append(decimal: Int64(value))
  }
}
