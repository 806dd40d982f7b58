package import TSDBFormat

/// How a dump of samples is written. One value writes all series, from several tasks.
package protocol SampleWriter: Sendable {
  /// What stands above everything.
  var header: String { get }
  /// What stands below everything.
  var footer: String { get }
  /// Appends some samples of a series; the others of the series come in calls of their own.
  func append(_ labels: [Label], _ samples: SampleBatch, to out: inout ByteBuffer)
}

extension SampleWriter {
  package var header: String { "" }
  package var footer: String { "" }
}

/// How a dump of series is written.
package protocol SeriesWriter: Sendable {
  /// What stands above everything.
  var header: String { get }
  /// Appends a series that has samples in `range`.
  func append(_ labels: [Label], _ range: TimeRange, to out: inout ByteBuffer)
}

extension SeriesWriter {
  package var header: String { "" }
}
