internal import TSDBFormat
package import TSDBRepair
internal import TSDBStore

/// The blocks that a head was written as, or would be; Docs/commands.md describes each field.
package struct FlushReport: Encodable {
  let schemaVersion = JSONOutput.schemaVersion
  let applied: Bool
  let blocks: [Block]

  package init(_ flush: FlushHead) {
    let written = flush.report.blocks
    applied = !written.isEmpty
    blocks =
      written.isEmpty ? flush.blocks.map(Block.init) : written.map(Block.init)
  }

  /// A block.
  struct Block: Encodable {
    let ulid: String
    let minTime: JSONTime
    let maxTime: JSONTime
    let series: UInt64?
    let samples: UInt64?
    let chunks: UInt64?

    init(_ planned: FlushHead.PlannedBlock) {
      ulid = planned.ulid.description
      minTime = JSONTime(planned.range.minTime)
      maxTime = JSONTime(planned.range.end)
      (series, samples, chunks) = (nil, nil, nil)
    }

    init(_ meta: BlockMeta) {
      ulid = meta.ulid.description
      minTime = JSONTime(meta.minTime)
      maxTime = JSONTime(meta.maxTime)
      series = meta.stats.numSeries
      samples = meta.stats.numSamples
      chunks = meta.stats.numChunks
    }
  }

  /// For people.
  package var text: String {
    guard !blocks.isEmpty else { return "The head has no samples.\n" }
    return (applied ? "Written" : "Would be written") + "\n" + table.text()
  }

  /// The blocks.
  package var table: ResultTable {
    var table = ResultTable(
      "blocks",
      [
        .text("block"), .text("from"), .text("to"), .number("series"), .number("samples"),
        .number("chunks"),
      ])
    for block in blocks {
      table.row([
        .words(block.ulid), .time(block.minTime.milliseconds), .time(block.maxTime.milliseconds),
        .count(block.series), .count(block.samples), .count(block.chunks),
      ])
    }
    return table
  }
}
