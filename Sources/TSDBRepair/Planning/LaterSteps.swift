internal import TSDBCheck
internal import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBStore

/// Which step a log needs that a server comes up with, or dies at, though every record of it can be read: samples of
/// the future, histograms, labels. They cost samples that can be read, so that each is made only where the prediction
/// says that a server does not get along with them.
enum LaterSteps {
  /// The next step; nil where none is needed.
  static func next(
    _ context: RepairContext, _ options: Repair.Options
  ) async throws(FileError) -> RepairStep? {
    if let step = try DropSamples.futureStep(context, now: options.startup.now) { return step }
    let rules: [Rule] = [
      .recordHistogramBuckets, .recordHistogramTooManyBuckets, .recordSeriesLabelDuplicate,
      .recordSeriesLabelEmpty, .recordSeriesLabelMissing,
    ]
    guard context.directory.kind == .server, rules.contains(where: { context.has($0) }) else {
      return nil
    }
    var startup = options.startup
    startup.startsHere = false
    let start = await DirectoryStart.read(context.directory, startup, jobs: options.jobs)
    let needed = start.prediction.needs
    if needed.contains(.histograms), let step = try DropSamples.histogramStep(context) {
      return step
    }
    guard needed.contains(.labels) else { return nil }
    return try DropSamples.flawedSeriesStep(context)
  }
}
