public import TSDBFormat

/// What a step costs: what is not served any more, or not in its place, though it was readable.
public struct Loss: Equatable, Sendable {
  /// Distinct series that lose something.
  public var series = 0
  /// Samples.
  public var samples = 0
  /// Exemplars.
  public var exemplars = 0
  /// Entries of metadata: type, unit and help of series.
  public var metadata = 0
  /// Bytes of the files that are dropped: not kept in what takes their place.
  public var bytes = 0
  /// Times of the samples in milliseconds since 1970; empty where they are not known.
  public var timeRange = TimeRange()

  /// No loss.
  public init(
    series: Int = 0, samples: Int = 0, exemplars: Int = 0, metadata: Int = 0, bytes: Int = 0,
    timeRange: TimeRange = TimeRange()
  ) {
    self.exemplars = exemplars
    self.metadata = metadata
    self.series = series
    self.samples = samples
    self.bytes = bytes
    self.timeRange = timeRange
  }

  /// True where no samples, series and exemplars go that could be read.
  public var isNone: Bool { series == 0 && samples == 0 && exemplars == 0 }
}

/// A named step of a repair, ready to be made.
public struct RepairStep {
  /// Which operation makes it.
  public let operation: Operation
  /// One sentence: why, with what is wrong.
  public let why: String
  /// What it costs.
  public let loss: Loss
  /// What goes and what stays by metric and target, where the operation counts that itself.
  public let toll: Toll?
  /// What it cost, for what only shows when the changes are made; asked once they are.
  let countedLoss: (() -> Loss)?
  /// What is to be done, in order.
  public let changes: [DirectoryChange]
  /// True for a step of which only trying shows whether it is better than none: a plan has it only where it is.
  let isDoubtful: Bool
  /// Segments that are written anew, relative to the directory, with records that they had and nothing else.
  var keptRecords: [String: KeptRecords] = [:]

  /// Which records a segment still has.
  struct KeptRecords {
    /// Those that began before this offset.
    var limit = Int.max
    /// True where entries of refs are left out, of all of the log, that no record before them defines.
    var lacksStrays = false
  }

  /// A step.
  public init(
    operation: Operation, why: String, loss: Loss, toll: Toll? = nil, changes: [DirectoryChange],
    isDoubtful: Bool = false, countedLoss: (() -> Loss)? = nil
  ) {
    self.isDoubtful = isDoubtful
    self.toll = toll
    self.countedLoss = countedLoss
    self.operation = operation
    self.why = why
    self.loss = loss
    self.changes = changes
  }
}
