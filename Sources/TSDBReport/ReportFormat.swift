/// What most commands write.
package enum ReportFormat: String, CaseIterable {
  case text, json
}

/// What commands write that have tables.
package enum TableFormat: String, CaseIterable {
  case text, json, csv, markdown
}

/// What `diagnose` writes.
package enum DiagnosisFormat: String, CaseIterable {
  case text, json, csv, markdown, openmetrics
}

/// What commands write that have tables and a peer in promtool.
package enum PeerFormat: String, CaseIterable {
  case text, json, csv, markdown, promtool
}

/// What the dumps of exemplars, metadata and tombstones write.
package enum DumpFormat: String, CaseIterable {
  case text, json, csv
}

/// What `explain` writes.
package enum ExplainFormat: String, CaseIterable {
  case text, markdown
}

/// What `check` and `policy` write.
package enum FindingsFormat: String, CaseIterable {
  case text, json, csv, markdown, junit, sarif
}
