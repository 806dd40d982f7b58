package import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

/// Where a few series are, for people. Every place is an address for `show`.
package struct TraceText {
  let trace: SeriesTrace
  let directory: String
  let color: Color

  package init(trace: SeriesTrace, directory: String, color: Color) {
    self.trace = trace
    self.directory = directory
    self.color = color
  }

  /// Writes everything.
  package func write(to out: inout ReportSink) {
    for (index, series) in trace.series.enumerated() {
      if index > 0 { out.line() }
      write(series, to: &out)
    }
    if trace.series.isEmpty { out.line("no such series") }
    if trace.isCut { out.line("\nmore series are selected, which are not shown") }
    if !trace.problems.isEmpty {
      out.line()
      out.write(FindingsText(directory: directory, color: color).text(trace.problems))
    }
  }

  private func write(_ series: SeriesTrace.Series, to out: inout ReportSink) {
    let name = series.labels.isEmpty ? "no record defines it" : FieldText.series(series.labels)
    out.line(color(.heading, "series") + "  " + name)
    if !series.refs.isEmpty {
      out.line("  refs  " + series.refs.map { "\($0)" }.joined(separator: ", "))
    }
    section("Defined by", definitions(of: series), to: &out)
    section("Samples in the log", samples(of: series), to: &out)
    section("Head chunks", headChunks(of: series), to: &out)
    section("Chunks in blocks", chunks(of: series), to: &out)
  }

  private func section(_ title: String, _ table: Table, to out: inout ReportSink) {
    guard !table.isEmpty else { return }
    out.line("  " + color(.heading, title))
    out.write(table.text(indent: 4, color: color))
  }

  private func relative(_ path: String) -> String { RelativePath.of(path, to: directory) }

  private func definitions(of series: SeriesTrace.Series) -> Table {
    var table = Table([.left("")])
    for place in series.definitions { table.row(["\(relative(place.path)):\(place.offset)"]) }
    return table
  }

  private func samples(of series: SeriesTrace.Series) -> Table {
    var table = Table([
      .right("samples"), .right("records"), .left("first record"), .left("last record"),
      .left("from"), .left("to"),
    ])
    for part in series.samples {
      let path = relative(part.path)
      table.row([
        Units.count(part.samples), Units.count(part.records), "\(path):\(part.firstOffset)",
        "\(path):\(part.lastOffset)", TimeText.milliseconds(part.times.minTime),
        TimeText.milliseconds(part.times.maxTime),
      ])
    }
    return table
  }

  private func headChunks(of series: SeriesTrace.Series) -> Table {
    var table = Table([
      .left("chunk"), .right("samples"), .left("encoding"), .left("from"), .left("to"), .left(""),
    ])
    for place in series.headChunks {
      let chunk = place.chunk
      table.row([
        "\(relative(place.path)):\(chunk.offset)", Units.count(chunk.sampleCount),
        "\(chunk.encoding)", TimeText.milliseconds(chunk.minTime),
        TimeText.milliseconds(chunk.maxTime), chunk.isOutOfOrder ? "out of order" : "",
      ])
    }
    return table
  }

  private func chunks(of series: SeriesTrace.Series) -> Table {
    var table = Table([.left("series"), .left("chunk"), .left("from"), .left("to")])
    for block in series.blocks {
      let path = relative(block.path)
      let prefix = path == "." ? "" : path + "/"
      for chunk in block.chunks {
        table.row([
          "\(prefix)index#series/\(block.reference)",
          prefix + FieldText.chunk(chunk.reference, in: "chunks", first: 1),
          TimeText.milliseconds(chunk.minTime), TimeText.milliseconds(chunk.maxTime),
        ])
      }
    }
    return table
  }
}
