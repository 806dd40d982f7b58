internal import TSDBAnalysis
internal import TSDBCheck
internal import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBReport
internal import TSDBStore

/// The tables of a bundle; Docs/evidence.md describes each.
struct EvidenceTables {
  typealias Cell = ResultTable.Cell

  private let evidence: Evidence
  /// Values told of each label, those with the most series first; all if nil.
  static let mostValues = 1000

  init(_ evidence: Evidence) { self.evidence = evidence }

  /// All tables; `series` is among them only if asked for, and then all values are told.
  func all(withSeries: Bool) -> [ResultTable] {
    let labels = LabelTables(evidence.analysis)
    var tables = [facts, files, blocks, segments, findings]
    tables += [
      labels.metrics, labels.labels, labels.values(limit: withSeries ? nil : Self.mostValues),
      labels.targets,
    ]
    if withSeries { tables.append(labels.series) }
    return tables + [births] + AccountTables(evidence.diagnosis).all
      + [servers, restarts, timeline]
  }

  private var facts: ResultTable {
    let diagnosis = evidence.diagnosis
    let start = diagnosis.startup.first
    var rows: [(String, Cell)] = [
      ("tool", .text(evidence.tool)), ("directory", .text(evidence.name)),
      ("kind", .text(evidence.kind)), ("startup", .text(start.outcome.rawValue)),
      ("startup_message", .text(start.message)), ("lost_samples", .count(start.loss.samples)),
      ("head_series", .count(diagnosis.head.series)),
      ("head_samples", .count(diagnosis.head.samples)), ("series", .count(diagnosis.series)),
      ("replay_bytes", .count(diagnosis.memory.estimatedBytes)),
    ]
    if !diagnosis.timeRange.isEmpty {
      rows.append(("min_time", .count(diagnosis.timeRange.minTime)))
      rows.append(("max_time", .count(diagnosis.timeRange.maxTime)))
    }
    if let explosion = diagnosis.explosion {
      rows += [
        ("culprit_metric", .value(explosion.metric)), ("culprit_label", .value(explosion.label)),
        ("culprit_series", .count(explosion.series)), ("culprit_values", .count(explosion.values)),
        ("culprit_onset", .count(explosion.onset)),
        ("culprit_last_birth", .count(explosion.lastBirth)),
      ]
    }
    return ResultTable(name: "facts", columns: [.text("name"), .text("value")]) { [rows] body in
      for row in rows { try body([.text(row.0), row.1]) }
    }
  }

  private var files: ResultTable {
    ResultTable(
      name: "files",
      columns: [
        .text("path"), .number("bytes"), .text("mode"), .number("modified_ns"),
        .text("sha256"),
      ]
    ) { [evidence] body in
      for file in evidence.files {
        try body([
          .text(file.path), .count(file.size), .text(String(file.mode, radix: 8)),
          .count(file.modified), file.sha256.isEmpty ? .empty : .text(file.sha256),
        ])
      }
    }
  }

  private var blocks: ResultTable {
    ResultTable(
      name: "blocks",
      columns: [
        .text("name"), .number("min_time"), .number("max_time"), .number("level"),
        .number("series"), .number("samples"), .number("chunks"),
        .number("tombstones"), .number("bytes"), .text("problem"),
      ]
    ) { [evidence] body in
      for block in evidence.diagnosis.directory.blocks {
        switch block.meta {
        case .success(let meta):
          try body([
            .text(block.name), .count(meta.minTime), .count(meta.maxTime),
            .count(meta.compaction.level), .count(meta.stats.numSeries),
            .count(meta.stats.numSamples), .count(meta.stats.numChunks),
            .count(meta.stats.numTombstones), .count(block.size), .empty,
          ])
        case .failure(let error):
          let empty = [Cell](repeating: .empty, count: 7)
          try body(
            [.text(block.name)] + empty + [.count(block.size), .text(Finding(error).rule.id)])
        }
      }
    }
  }

  private var segments: ResultTable {
    let directory = evidence.diagnosis.directory
    var parts: [(String, [SegmentFile])] = [
      ("checkpoint", directory.wal?.checkpoints.last?.segments ?? []),
      ("wal", directory.wal?.segments ?? []), ("wbl", directory.wbl?.segments ?? []),
      ("chunks_head", directory.headChunks),
    ]
    parts += directory.snapshots.map { ("snapshot", $0.segments) }
    parts += directory.blocks.map { ("chunks", $0.chunks) }
    return ResultTable(
      name: "segments",
      columns: [
        .text("part"), .number("number"), .text("path"), .number("bytes"),
        .number("modified_ns"),
      ]
    ) { [evidence, parts] body in
      for (part, segments) in parts {
        for segment in segments {
          try body([
            .text(part), .count(segment.number), .text(evidence.relative(segment.path)),
            .count(segment.size), .count(segment.modified),
          ])
        }
      }
    }
  }

  private var findings: ResultTable {
    var rows: [(id: Int, cause: Int?, finding: Finding)] = []
    func add(_ findings: [Finding], below cause: Int?) {
      for finding in findings {
        let id = rows.count + 1
        rows.append((id, cause, finding))
        add(finding.consequences, below: id)
      }
    }
    add(evidence.findings, below: nil)
    return ResultTable(
      name: "findings",
      columns: [
        .number("id"), .number("cause"), .text("rule"), .text("severity"),
        .text("path"), .number("offset"), .number("record_offset"), .text("message"),
        .text("expected"), .text("found"), .text("lost"), .text("startup"),
      ]
    ) { [evidence, rows] body in
      for (id, cause, finding) in rows {
        try body([
          .count(id), .count(cause), .text(finding.rule.id), .text(finding.severity.rawValue),
          .text(evidence.relative(finding.path)), .count(finding.offset),
          .count(finding.recordOffset), .text(finding.message.text), .text(finding.expected?.text),
          .text(finding.found?.text), .text(finding.lost?.text), .text(finding.startup.rawValue),
        ])
      }
    }
  }

  private var births: ResultTable {
    .of(
      evidence.churn.buckets, "births",
      [
        (.milliseconds, .number("start")), (.step, .number("step")), (.born, .number("born")),
        (.notLaterThan, .number("not_later_than")), (.died, .number("died")),
        (.alive, .number("alive")),
      ])
  }

  /// What servers said of themselves: a whole number of series or bytes for each time.
  private var servers: ResultTable {
    ResultTable(
      name: "servers",
      columns: [
        .text("job"), .text("instance"), .text("metric"), .number("time"),
        .number("value"),
      ]
    ) { [evidence] body in
      for server in evidence.servers {
        func label(_ name: String) -> Cell {
          let value = server.labels.first { $0.name.elementsEqual(name.utf8) }?.value
          return value.map { .value($0) } ?? .empty
        }
        let metrics = [
          ("prometheus_tsdb_head_series", server.headSeries),
          ("process_resident_memory_bytes", server.residentBytes),
        ]
        for (metric, points) in metrics {
          for point in points {
            try body([
              label("job"), label("instance"), .text(metric), .count(point.time),
              .count(point.whole),
            ])
          }
        }
      }
    }
  }

  private var restarts: ResultTable {
    ResultTable(
      name: "restarts", columns: [.number("time"), .text("kind"), .text("path")]
    ) { [evidence] body in
      for event in evidence.diagnosis.restarts.events {
        try body([
          .count(event.time), .text(event.kind.rawValue), .text(evidence.relative(event.path)),
        ])
      }
    }
  }

  private var timeline: ResultTable {
    ResultTable(
      name: "timeline", columns: [.number("time"), .text("kind"), .text("text")]
    ) { [evidence] body in
      for entry in evidence.timeline {
        try body([.count(entry.time), .text(entry.kind.rawValue), .text(entry.text)])
      }
    }
  }
}
