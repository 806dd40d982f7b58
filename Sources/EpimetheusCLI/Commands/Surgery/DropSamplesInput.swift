internal import ArgumentParser
internal import TSDBAnalysis
internal import TSDBRepair
internal import TSDBStore

/// `--after TIME`, `--before TIME`: which samples leave.
struct DropSamplesInput: OperationInput {
  static let discussion = """
    Samples and exemplars of all series that are later than --after, or earlier than --before, leave \
    the last checkpoint, the WAL, the WBL and chunks_head; memory snapshots leave as a whole, for the log \
    has what they have. Series stay defined, and everything else stays as it is. Blocks are not touched.

    It ends what a wrong clock began: a server takes no sample that is an hour older than the newest of \
    its head. What remains is proven by a check and a prediction of the start.

    Exit status: 0 done, or no sample is of such a time; 1 a plan takes samples out; 2 refused.
    """

  @Option(
    help: ArgumentHelp(
      "Samples later than this leave: RFC 3339 or milliseconds.", valueName: "time"),
    transform: TimeInput.parse)
  var after: TimeInput?

  @Option(
    help: ArgumentHelp(
      "Samples earlier than this leave: RFC 3339 or milliseconds.", valueName: "time"),
    transform: TimeInput.parse)
  var before: TimeInput?

  func validate() throws {
    if after == nil, before == nil { throw ValidationError("Give --after, --before, or both.") }
    for (input, name) in [(after, "--after"), (before, "--before")] {
      if case .back = input { throw ValidationError("\(name) takes a time; a duration is none.") }
    }
    if case .at(let after) = after, case .at(let before) = before, before > after {
      throw ValidationError("No sample lies between --before and --after: nothing would be left.")
    }
  }

  func run(_ operation: Operation, _ options: SurgeryOptions) async throws {
    guard case .samples(let make) = operation.work else { return }
    let data = try DataDirectory(path: options.directory)
    try data.refuseIfPassedOver(options.directory)
    var cut = SampleCut()
    if case .at(let time) = after { cut.after = time }
    if case .at(let time) = before { cut.before = time }
    if after?.isDoubtful == true || before?.isDoubtful == true {
      let range = await AskedTimes.ofData(data, parts: .head, jobs: options.jobs.count)
      _ = try after?.time(in: range, "--after")
      _ = try before?.time(in: range, "--before")
    }
    let wanted = cut
    try await options.run { context throws(FileError) in
      try make(context, wanted).map { [$0] } ?? []
    }
  }
}
