internal import TSDBAnalysis
internal import TSDBDiagnosis

/// The tables of what grew, and why: the accounts of all births, what is in them, and who was born when.
/// Accounts are numbered from 1, as `evidence.sqlite` counts; causes first, then `ordinary` and `unexplained`.
struct AccountTables {
  typealias Cell = EvidenceTable.Cell

  /// Nil where there is no history.
  private let growth: Growth?
  /// Bytes that each cause takes in a replay.
  private let memory: [Int]

  init(_ diagnosis: Diagnosis) {
    growth = diagnosis.growth
    memory = diagnosis.memoryOfCauses
  }

  /// All of them.
  var all: [EvidenceTable] { [accounts, parts, births] }

  private var accounts: EvidenceTable {
    EvidenceTable(
      name: "accounts",
      columns: [
        ("id", .integer), ("kind", .text), ("incident", .integer), ("trend", .integer),
        ("label", .text), ("source", .text), ("follows", .integer), ("series", .integer),
        ("series_before", .integer), ("values", .integer), ("values_before", .integer),
        ("label_bytes", .integer), ("replay_bytes", .integer), ("alive", .integer),
        ("onset", .integer), ("last_birth", .integer), ("ended_at", .integer), ("template", .text),
      ]
    ) { [growth, memory] body in
      guard let growth else { return }
      for (index, (cause, bytes)) in zip(growth.causes, memory).enumerated() {
        let hasLabel = cause.label != nil
        try body([
          .count(index + 1), .text(cause.kind.rawValue), .count(cause.isIncident ? 1 : 0),
          .count(cause.isTrend ? 1 : 0), cause.label.map { .bytes($0) } ?? .null,
          .text(cause.source.rawValue), .count(cause.follows.map { $0 + 1 }),
          .count(cause.series), .count(cause.seriesBefore),
          hasLabel ? .count(cause.values) : .null, hasLabel ? .count(cause.valuesBefore) : .null,
          .count(cause.labelBytes), .count(bytes),
          .count(cause.aliveSeries), time(cause.onset), .integer(cause.lastBirth),
          time(cause.endedAt), .text(cause.template),
        ])
      }
      for (offset, rest) in [
        ("ordinary", growth.ordinarySeries), ("unexplained", growth.unexplainedSeries),
      ].enumerated() {
        let id = Cell.count(growth.causes.count + offset + 1)
        let empty = [Cell](repeating: .null, count: 10)
        try body(
          [id, .text(rest.0), .count(0), .count(0), .null, .null, .null, .count(rest.1)] + empty)
      }
    }
  }

  private func time(_ time: Int64?) -> Cell { time.map { .integer($0) } ?? .null }

  /// How many series of which job and which metric an account has.
  private var parts: EvidenceTable {
    EvidenceTable(
      name: "account_parts",
      columns: [("account", .integer), ("by", .text), ("name", .text), ("series", .integer)]
    ) { [growth] body in
      for (index, cause) in (growth?.causes ?? []).enumerated() {
        for (by, parts) in [("job", cause.jobs), ("metric", cause.metrics)] {
          for part in parts {
            try body([
              .count(index + 1), .text(by), part.name.map { .bytes($0) } ?? .null,
              .count(part.series),
            ])
          }
        }
      }
    }
  }

  /// Births of each account over time; buckets without any are left out.
  private var births: EvidenceTable {
    EvidenceTable(
      name: "account_births",
      columns: [("account", .integer), ("start", .integer), ("step", .integer), ("born", .integer)]
    ) { [growth] body in
      guard let births = growth?.births else { return }
      let accounts = births.causes + [births.ordinary, births.unexplained]
      for (index, account) in accounts.enumerated() {
        for (bucket, born) in account.enumerated() where born > 0 {
          try body([
            .count(index + 1), .integer(births.time(of: bucket)), .integer(births.step),
            .count(born),
          ])
        }
      }
    }
  }
}
