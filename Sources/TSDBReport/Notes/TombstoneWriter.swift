package import TSDBFormat

/// Tombstones as text, JSON Lines or comma-separated values.
package struct TombstoneWriter {
  /// The first line of comma-separated values.
  package static let header = "block,ref,series,minTime,maxTime\n"

  let format: DumpFormat
  package let csv: CSV
  /// The block they are of; nil for the head.
  let block: String?

  package init(format: DumpFormat, csv: CSV, block: String? = nil) {
    self.format = format
    self.csv = csv
    self.block = block
  }

  /// What stands above the tombstones of a block, or of the head.
  package func appendTitle(to out: inout ByteBuffer) {
    guard format == .text else { return }
    out.append(text: block.map { "block \(DisplayText.escaped($0))\n" } ?? "head\n")
  }

  /// Appends a tombstone of the series with `labels`, which are nil where they are not known.
  package func append(_ tombstone: Tombstone, _ labels: [Label]?, to out: inout ByteBuffer) {
    switch format {
    case .text: append(text: tombstone, labels, to: &out)
    case .json: append(json: tombstone, labels, to: &out)
    case .csv: append(csv: tombstone, labels, to: &out)
    }
  }

  ///       2026-11-17T00:00:00.000Z to 2026-11-17T00:10:00.000Z  up{job="api"}
  private func append(text tombstone: Tombstone, _ labels: [Label]?, to out: inout ByteBuffer) {
    out.append("  ")
    TimeBytes.append(tombstone.minTime, to: &out)
    out.append(" to ")
    TimeBytes.append(tombstone.maxTime, to: &out)
    out.append("  ")
    if let labels {
      GoLabels.append(exposition: labels, .go, to: &out)
    } else {
      out.append("no series ")
      out.append(decimal: tombstone.series)
    }
    out.append("\n")
  }

  ///     {"type":"tombstone","data":{"block":null,"ref":1,"labels":{…},"minTime":"…","maxTime":"…"}}
  private func append(json tombstone: Tombstone, _ labels: [Label]?, to out: inout ByteBuffer) {
    out.append("{\"type\":\"tombstone\",\"data\":{\"block\":")
    if let block {
      SampleJSON.append(bytes: Array(block.utf8), to: &out)
    } else {
      out.append("null")
    }
    out.append(",\"ref\":")
    out.append(decimal: tombstone.series)
    out.append(",\"labels\":")
    if let labels { SampleJSON.append(labels, to: &out) } else { out.append("null") }
    out.append(",\"minTime\":\"")
    TimeBytes.append(tombstone.minTime, to: &out)
    out.append("\",\"maxTime\":\"")
    TimeBytes.append(tombstone.maxTime, to: &out)
    out.append("\"}}\n")
  }

  private func append(csv tombstone: Tombstone, _ labels: [Label]?, to out: inout ByteBuffer) {
    csv.append(text: Array((block ?? "").utf8), to: &out)
    out.append(",")
    out.append(decimal: tombstone.series)
    out.append(",")
    if let labels { csv.append(labels, to: &out) }
    out.append(",")
    csv.append(time: tombstone.minTime, to: &out)
    out.append(",")
    csv.append(time: tombstone.maxTime, to: &out)
    out.append("\n")
  }
}
