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

  private func section(_ title: String, _ table: ResultTable, to out: inout ReportSink) {
    guard !table.isEmpty else { return }
    out.line("  " + color(.heading, title))
    out.write(table.text(indent: 4, color: color))
  }

  private func relative(_ path: String) -> String { RelativePath.of(path, to: directory) }

  private func definitions(of series: SeriesTrace.Series) -> ResultTable {
    var table = ResultTable("definitions", [.text("", "record")])
    table.rows(series.definitions) { [place($0.path, $0.offset)] }
    return table
  }

  private func place(_ path: String, _ offset: Int) -> ResultTable.Cell {
    .words("\(relative(path)):\(offset)")
  }

  /// Times of samples are told to the millisecond.
  private func exact(_ time: Int64) -> ResultTable.Cell {
    .shown(TimeText.milliseconds(time), as: .time(time))
  }

  private func samples(of series: SeriesTrace.Series) -> ResultTable {
    var table = ResultTable(
      "samples",
      [
        .number("samples"), .number("records"), .text("first record"), .text("last record"),
        .text("from"), .text("to"),
      ])
    table.rows(series.samples) { part in
      [
        .count(part.samples), .count(part.records), place(part.path, part.firstOffset),
        place(part.path, part.lastOffset), exact(part.times.minTime), exact(part.times.maxTime),
      ]
    }
    return table
  }

  private func headChunks(of series: SeriesTrace.Series) -> ResultTable {
    var table = ResultTable(
      "headChunks",
      [
        .text("chunk"), .number("samples"), .text("encoding"), .text("from"), .text("to"),
        .text("", "remarks"),
      ])
    for found in series.headChunks {
      let chunk = found.chunk
      table.row([
        place(found.path, chunk.offset), .count(chunk.sampleCount), .words("\(chunk.encoding)"),
        exact(chunk.minTime), exact(chunk.maxTime), chunk.isOutOfOrder ? "out of order" : .empty,
      ])
    }
    return table
  }

  private func chunks(of series: SeriesTrace.Series) -> ResultTable {
    var table = ResultTable(
      "chunks", [.text("series"), .text("chunk"), .text("from"), .text("to")])
    for block in series.blocks {
      let path = relative(block.path)
      let prefix = path == "." ? "" : path + "/"
      table.rows(block.chunks) { chunk in
        [
          .words("\(prefix)index#series/\(block.reference)"),
          .words(prefix + FieldText.chunk(chunk.reference, in: "chunks", first: 1)),
          exact(chunk.minTime), exact(chunk.maxTime),
        ]
      }
    }
    return table
  }
}
