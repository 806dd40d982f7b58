internal import TSDBAnalysis
internal import TSDBDiagnosis
internal import TSDBReport

/// The tables of what grew, and why: the accounts of all births, what is in them, and who was born when.
/// Accounts are numbered from 1, as `evidence.sqlite` counts; causes first, then `ordinary` and `unexplained`.
struct AccountTables {
  typealias Cell = ResultTable.Cell

  /// Nil where there is no history.
  private let growth: Growth?
  /// Bytes that each cause takes in a replay.
  private let memory: [Int]

  init(_ diagnosis: Diagnosis) {
    growth = diagnosis.growth
    memory = diagnosis.memoryOfCauses
  }

  /// All of them.
  var all: [ResultTable] { [accounts, parts, births] }

  private var accounts: ResultTable {
    ResultTable(
      name: "accounts",
      columns: [
        .number("id"), .text("kind"), .number("incident"), .number("trend"),
        .text("label"), .text("source"), .number("follows"), .number("series"),
        .number("series_before"), .number("values"), .number("values_before"),
        .number("label_bytes"), .number("replay_bytes"), .number("alive"),
        .number("onset"), .number("last_birth"), .number("ended_at"), .text("template"),
      ]
    ) { [growth, memory] body in
      guard let growth else { return }
      for (index, (cause, bytes)) in zip(growth.causes, memory).enumerated() {
        let hasLabel = cause.label != nil
        try body([
          .count(index + 1), .text(cause.kind.rawValue), .count(cause.isIncident ? 1 : 0),
          .count(cause.isTrend ? 1 : 0), cause.label.map { .value($0) } ?? .empty,
          .text(cause.source.rawValue), .count(cause.follows.map { $0 + 1 }),
          .count(cause.series), .count(cause.seriesBefore),
          hasLabel ? .count(cause.values) : .empty, hasLabel ? .count(cause.valuesBefore) : .empty,
          .count(cause.labelBytes), .count(bytes),
          .count(cause.aliveSeries), time(cause.onset), .count(cause.lastBirth),
          time(cause.endedAt), .text(cause.template),
        ])
      }
      for (offset, rest) in [
        ("ordinary", growth.ordinarySeries), ("unexplained", growth.unexplainedSeries),
      ].enumerated() {
        let id = Cell.count(growth.causes.count + offset + 1)
        let empty = [Cell](repeating: .empty, count: 10)
        try body(
          [id, .text(rest.0), .count(0), .count(0), .empty, .empty, .empty, .count(rest.1)] + empty)
      }
    }
  }

  private func time(_ time: Int64?) -> Cell { time.map { .count($0) } ?? .empty }

  /// How many series of which job and which metric an account has.
  private var parts: ResultTable {
    ResultTable(
      name: "account_parts",
      columns: [.number("account"), .text("by"), .text("name"), .number("series")]
    ) { [growth] body in
      for (index, cause) in (growth?.causes ?? []).enumerated() {
        for (by, parts) in [("job", cause.jobs), ("metric", cause.metrics)] {
          for part in parts {
            try body([
              .count(index + 1), .text(by), part.name.map { .value($0) } ?? .empty,
              .count(part.series),
            ])
          }
        }
      }
    }
  }

  /// Births of each account over time; buckets without any are left out.
  private var births: ResultTable {
    ResultTable(
      name: "account_births",
      columns: [.number("account"), .number("start"), .number("step"), .number("born")]
    ) { [growth] body in
      guard let births = growth?.births else { return }
      let accounts = births.causes + [births.ordinary, births.unexplained]
      for (index, account) in accounts.enumerated() {
        for (bucket, born) in account.enumerated() where born > 0 {
          try body([
            .count(index + 1), .count(births.time(of: bucket)), .count(births.step),
            .count(born),
          ])
        }
      }
    }
  }
}
