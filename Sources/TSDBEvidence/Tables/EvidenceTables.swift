internal import TSDBAnalysis
internal import TSDBCheck
internal import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBStore

/// The tables of a bundle; Docs/evidence.md describes each.
struct EvidenceTables {
  typealias Cell = EvidenceTable.Cell

  private let evidence: Evidence
  /// Values told of each label, those with the most series first; all if nil.
  static let mostValues = 1000

  init(_ evidence: Evidence) { self.evidence = evidence }

  /// All tables; `series` is among them only if asked for, and then all values are told.
  func all(withSeries: Bool) -> [EvidenceTable] {
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

  private var facts: EvidenceTable {
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
      rows.append(("min_time", .integer(diagnosis.timeRange.minTime)))
      rows.append(("max_time", .integer(diagnosis.timeRange.maxTime)))
    }
    if let explosion = diagnosis.explosion {
      rows += [
        ("culprit_metric", .bytes(explosion.metric)), ("culprit_label", .bytes(explosion.label)),
        ("culprit_series", .count(explosion.series)), ("culprit_values", .count(explosion.values)),
        ("culprit_onset", .integer(explosion.onset)),
        ("culprit_last_birth", .integer(explosion.lastBirth)),
      ]
    }
    return EvidenceTable(name: "facts", columns: [("name", .text), ("value", .text)]) { body in
      for row in rows { try body([.text(row.0), row.1]) }
    }
  }

  private var files: EvidenceTable {
    EvidenceTable(
      name: "files",
      columns: [
        ("path", .text), ("bytes", .integer), ("mode", .text), ("modified_ns", .integer),
        ("sha256", .text),
      ]
    ) { [evidence] body in
      for file in evidence.files {
        try body([
          .text(file.path), .count(file.size), .text(String(file.mode, radix: 8)),
          .integer(file.modified), file.sha256.isEmpty ? .null : .text(file.sha256),
        ])
      }
    }
  }

  private var blocks: EvidenceTable {
    EvidenceTable(
      name: "blocks",
      columns: [
        ("name", .text), ("min_time", .integer), ("max_time", .integer), ("level", .integer),
        ("series", .integer), ("samples", .integer), ("chunks", .integer),
        ("tombstones", .integer), ("bytes", .integer), ("problem", .text),
      ]
    ) { [evidence] body in
      for block in evidence.diagnosis.directory.blocks {
        switch block.meta {
        case .success(let meta):
          try body([
            .text(block.name), .integer(meta.minTime), .integer(meta.maxTime),
            .count(meta.compaction.level), .count(meta.stats.numSeries),
            .count(meta.stats.numSamples), .count(meta.stats.numChunks),
            .count(meta.stats.numTombstones), .count(block.size), .null,
          ])
        case .failure(let error):
          let empty = [Cell](repeating: .null, count: 7)
          try body(
            [.text(block.name)] + empty + [.count(block.size), .text(Finding(error).rule.id)])
        }
      }
    }
  }

  private var segments: EvidenceTable {
    let directory = evidence.diagnosis.directory
    var parts: [(String, [SegmentFile])] = [
      ("checkpoint", directory.wal?.checkpoints.last?.segments ?? []),
      ("wal", directory.wal?.segments ?? []), ("wbl", directory.wbl?.segments ?? []),
      ("chunks_head", directory.headChunks),
    ]
    parts += directory.snapshots.map { ("snapshot", $0.segments) }
    parts += directory.blocks.map { ("chunks", $0.chunks) }
    return EvidenceTable(
      name: "segments",
      columns: [
        ("part", .text), ("number", .integer), ("path", .text), ("bytes", .integer),
        ("modified_ns", .integer),
      ]
    ) { [evidence] body in
      for (part, segments) in parts {
        for segment in segments {
          try body([
            .text(part), .count(segment.number), .text(evidence.relative(segment.path)),
            .count(segment.size), .integer(segment.modified),
          ])
        }
      }
    }
  }

  private var findings: EvidenceTable {
    var rows: [(id: Int, cause: Int?, finding: Finding)] = []
    func add(_ findings: [Finding], below cause: Int?) {
      for finding in findings {
        let id = rows.count + 1
        rows.append((id, cause, finding))
        add(finding.consequences, below: id)
      }
    }
    add(evidence.findings, below: nil)
    return EvidenceTable(
      name: "findings",
      columns: [
        ("id", .integer), ("cause", .integer), ("rule", .text), ("severity", .text),
        ("path", .text), ("offset", .integer), ("record_offset", .integer), ("message", .text),
        ("expected", .text), ("found", .text), ("lost", .text), ("startup", .text),
      ]
    ) { [evidence] body in
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

  private var births: EvidenceTable {
    EvidenceTable(
      name: "births",
      columns: [
        ("start", .integer), ("step", .integer), ("born", .integer), ("not_later_than", .integer),
        ("died", .integer), ("alive", .integer),
      ]
    ) { [evidence] body in
      guard let buckets = evidence.churn.buckets else { return }
      for bucket in 0..<buckets.count {
        try body([
          .integer(buckets.time(of: bucket)), .integer(buckets.step), .count(buckets.born[bucket]),
          .count(buckets.notLaterThan[bucket]), .count(buckets.died[bucket]),
          .count(buckets.alive[bucket]),
        ])
      }
    }
  }

  /// What servers said of themselves: a whole number of series or bytes for each time.
  private var servers: EvidenceTable {
    EvidenceTable(
      name: "servers",
      columns: [
        ("job", .text), ("instance", .text), ("metric", .text), ("time", .integer),
        ("value", .integer),
      ]
    ) { [evidence] body in
      for server in evidence.servers {
        func label(_ name: String) -> Cell {
          let value = server.labels.first { $0.name.elementsEqual(name.utf8) }?.value
          return value.map { .bytes($0) } ?? .null
        }
        let metrics = [
          ("prometheus_tsdb_head_series", server.headSeries),
          ("process_resident_memory_bytes", server.residentBytes),
        ]
        for (metric, points) in metrics {
          for point in points {
            try body([
              label("job"), label("instance"), .text(metric), .integer(point.time),
              .integer(point.whole),
            ])
          }
        }
      }
    }
  }

  private var restarts: EvidenceTable {
    EvidenceTable(
      name: "restarts", columns: [("time", .integer), ("kind", .text), ("path", .text)]
    ) { [evidence] body in
      for event in evidence.diagnosis.restarts.events {
        try body([
          .integer(event.time), .text(event.kind.rawValue), .text(evidence.relative(event.path)),
        ])
      }
    }
  }

  private var timeline: EvidenceTable {
    EvidenceTable(
      name: "timeline", columns: [("time", .integer), ("kind", .text), ("text", .text)]
    ) { [evidence] body in
      for entry in evidence.timeline {
        try body([.integer(entry.time), .text(entry.kind.rawValue), .text(entry.text)])
      }
    }
  }
}
