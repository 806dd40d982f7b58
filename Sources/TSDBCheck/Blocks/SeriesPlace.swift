internal import TSDBFormat
internal import TSDBStore

/// Where the series of an index are, for findings about them.
struct SeriesPlace {
  let path: String
  private let usesByteOffsets: Bool

  init(_ index: IndexFile) {
    path = index.file.path
    usesByteOffsets = index.header.usesByteOffsets
  }

  /// File offset of a series.
  func offset(of series: UInt64) -> Int {
    Int(
      clamping: usesByteOffsets ? series : series.multipliedReportingOverflow(by: 16).partialValue)
  }

  /// A finding about a series.
  func finding(
    of series: UInt64, _ rule: Rule, _ severity: Severity, _ message: Message, lost: Message? = nil
  ) -> Finding {
    Finding(
      rule: rule, severity: severity, path: path,
      offset: offset(of: series), message: message, lost: lost)
  }
}
