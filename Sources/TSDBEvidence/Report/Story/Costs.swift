internal import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBReport
internal import TSDBStore
internal import Wording

/// What it takes of disk and memory.
extension Story {
  var costs: Section? {
    let head = diagnosis.head
    var facts: [Fact] = []
    if head.series > 0 {
      facts.append(
        Fact(
          name: "Head after replay",
          text: "\(number(head.series, "series", "series")), \(number(head.pairs, "label pair")), "
            + "\(number(head.samples, "sample"))\(stretch(head.timeRange))"))
      var memory: Prose = "about \(strong: Units.bytes(diagnosis.memory.estimatedBytes))"
      if diagnosis.memory.explosionBytes > 0 {
        memory.append(", \(Units.bytes(diagnosis.memory.explosionBytes)) of that for what exploded")
      }
      memory.append("; a limit of \(Units.bytes(diagnosis.memory.sufficientBytes)) suffices")
      facts.append(Fact(name: "Memory to replay it", text: memory))
    }
    if head.outOfOrderSamples > 0 {
      facts.append(
        Fact(name: "Out of order", text: "\(number(head.outOfOrderSamples, "sample")) in the WBL"))
    }
    let parts = diskParts.filter { $0.bytes > 0 }
    var blocks: [Block] = facts.isEmpty ? [] : [.facts(facts)]
    if head.series > 0 { blocks.append(memoryChart) }
    if !parts.isEmpty { blocks.append(diskChart(parts)) }
    if !diagnosis.directory.blocks.isEmpty { blocks.append(.table(blockTable)) }
    return blocks.isEmpty ? nil : Section(id: "costs", title: "Disk and memory", blocks: blocks)
  }

  /// A part of the directory, its files and their size.
  private struct Part {
    let name: String
    let files: Int
    let bytes: Int
  }

  private var diskParts: [Part] {
    let found = diagnosis.directory
    func part(_ name: String, _ segments: [SegmentFile]) -> Part {
      Part(name: name, files: segments.count, bytes: segments.totalSize)
    }
    let blocks = found.blocks.reduce(0) { $0 &+ $1.size }
    return [
      Part(name: "blocks", files: found.blocks.count, bytes: blocks),
      part("write-ahead log (wal)", found.wal?.segments ?? []),
      part("checkpoints", found.wal?.checkpoints.flatMap(\.segments) ?? []),
      part("out-of-order log (wbl)", found.wbl?.segments ?? []),
      part("head chunks", found.headChunks),
      part("snapshots of the head", found.snapshots.flatMap(\.segments)),
    ]
  }

  private func diskChart(_ parts: [Part]) -> Block {
    let total = parts.reduce(0) { $0 &+ $1.bytes }
    let sorted = parts.enumerated().sorted {
      ($1.element.bytes, $0.offset) < ($0.element.bytes, $1.offset)
    }
    .map(\.element)
    var table = ResultTable(
      caption: "Disk", [.text("part"), .number("files or blocks"), .number("bytes")])
    for part in sorted {
      table.row([.words(part.name), .count(part.files), .count(part.bytes)])
    }
    return .chart(
      BarChart(
        title: "Disk", description: "\(Units.bytes(total)) in all.", axis: "bytes on disk",
        unit: .bytes,
        bars: sorted.map { BarChart.Bar(name: $0.name, value: UInt64(clamping: $0.bytes)) }),
      table)
  }

  private var memoryChart: Block {
    let memory = diagnosis.memory
    var rows: [(name: String, bytes: Int, isCulprit: Bool)] = [
      ("to replay the head as it is", memory.estimatedBytes, false)
    ]
    if memory.explosionBytes > 0 {
      rows.append(("of that, for what exploded", memory.explosionBytes, true))
    }
    for (number, proposal) in (diagnosis.proposals?.relabellings ?? []).enumerated() {
      let name = number == 0 ? "with the proposed rule" : "with the other rule"
      rows.append((name, proposal.result.memoryAfter.estimatedBytes, false))
    }
    var table = ResultTable(caption: "Memory, estimated", [.text("what"), .number("bytes")])
    for row in rows { table.row([.words(row.name), .count(row.bytes)]) }
    return .chart(
      BarChart(
        title: "Memory to replay the head",
        description:
          "Estimated for Prometheus \(diagnosis.startup.version). The first may be "
          + "up to \(Units.bytes(memory.sufficientBytes)), where the garbage collector comes late."
          + (memory.explosionBytes > 0
            ? " What exploded is taken to have as many samples a series as the rest; the rules are "
              + "counted by the samples that they keep." : ""),
        axis: "resident memory at its peak", unit: .bytes,
        bars: rows.map {
          BarChart.Bar(name: $0.name, value: UInt64(clamping: $0.bytes), isCulprit: $0.isCulprit)
        }), table)
  }

  private var blockTable: ResultTable {
    var table = ResultTable(
      caption: "Blocks",
      [.text("block"), .text("from"), .text("to"), .number("series"), .number("size")])
    table.rows(diagnosis.directory.blocks, limit: 30) { block in
      var row: [ResultTable.Cell] = ["\(value: block.name)"]
      switch block.meta {
      case .success(let meta):
        row += [
          .time(meta.minTime), .time(meta.maxTime), .count(meta.stats.numSeries),
        ]
      case .failure: row += ["meta.json cannot be read", "", ""]
      }
      return row + [.bytes(block.size)]
    }
    return table
  }
}
