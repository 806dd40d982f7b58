internal import ArgumentParser
internal import Synchronization
internal import TSDBAnalysis
internal import TSDBRepair
internal import TSDBStore
internal import Wording

/// `--match SELECTOR`: which series leave.
struct DropSeriesInput: OperationInput {
  static let discussion = """
    Definitions, samples, exemplars, metadata, deletions and chunks of every series that --match \
    selects leave the last checkpoint, the WAL, the WBL, chunks_head and the snapshots. Everything \
    else stays, in its order and with its refs. Blocks are not touched.

    This ends a crash loop in which a server runs out of memory while it reads its WAL. Neither a \
    check nor a prediction is made: both take memory that grows with the series that shall leave.

    The plan tells metric by metric what goes and what stays, and the question comes behind it. A \
    selector that selects nothing is refused.

    Exit status: 0 done; 1 a plan takes series out; 2 refused, as where a selector selects nothing.
    """

  @Option(
    name: .customLong("match"),
    help: ArgumentHelp(
      "Series that this PromQL selector selects leave; several are a union.",
      valueName: "selector"),
    transform: { try Selector($0) })
  var selectors: [Selector]

  func run(_ operation: Operation, _ options: SurgeryOptions) async throws {
    guard case .series(let make) = operation.work else { return }
    try DataDirectory(path: options.directory).refuseIfPassedOver(options.directory)
    let selectors = selectors
    let idle = Mutex<[Selector]>([])
    var view = SampleView.Options(maxMemory: options.jobs.memory.share(upTo: 128 << 20))
    view.temporaryFolder = options.target.tmp
    view.jobs = options.jobs.count
    let counted = view
    try await options.run(isProven: false) { context async throws(FileError) in
      let drop = try await make(context.directory, selectors, counted)
      idle.withLock { $0 = drop.idle }
      return drop.changes.isEmpty || !drop.idle.isEmpty ? [] : [drop.step]
    } check: {
      try idle.withLock { $0 }.refuse(options.directory)
    }
  }
}

extension DataDirectory {
  /// Refuses a log of which no segment is read: what such a segment holds would be lost unsaid.
  func refuseIfPassedOver(_ name: String) throws {
    guard wal?.isPassedOver == true, wal?.size ?? 0 > 0 else { return }
    throw RepairError.refused(
      "\(name): the checkpoint is newer than all segments, so that none of them is read, and their "
        + "samples would be lost with what leaves; `epimetheus repair` brings them back")
  }
}

extension [Selector] {
  /// Refuses selectors that select nothing: a slip is no reason to go on with the rest.
  func refuse(_ directory: String) throws {
    guard let first else { return }
    throw RepairError.refused(
      "\(first.text) selects no series of the head of \(directory); nothing was changed. "
        + "`epimetheus dump series \(ShellText.path(directory))` lists what is there")
  }
}
