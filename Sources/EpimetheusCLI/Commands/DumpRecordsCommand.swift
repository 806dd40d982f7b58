internal import ArgumentParser
internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

/// `epimetheus dump records PATH`: what stands in a log, record by record.
struct DumpRecordsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "records",
    abstract: "Writes out the records of a log, as they stand on disk, past any damage.",
    discussion: """
      Of a data directory: the last checkpoint, all segments of wal and wbl, the last chunk \
      snapshot. Of a folder of segments, its own, without the checkpoints in it. With --match, \
      records are left out whose entries all belong to other series; which series an entry belongs \
      to is known from series records, of which a wbl folder alone has none. With --since or \
      --until, entries without a time are left out: series, metadata and markers.
      """)

  @Argument(
    help: "A data directory, a folder of segments, or one segment.", completion: .directory)
  var path: String

  @Flag(help: "Decode the entries of records and write them too.")
  var payload = false

  @Option(
    name: .customLong("type"),
    help: ArgumentHelp("Only records of this type; may be repeated.", valueName: "type"))
  var types: [String] = []

  @OptionGroup var matchers: MatcherOptions
  @OptionGroup var times: TimeRangeOptions

  @Option(help: "How the result is written.")
  var format: ReportFormat = .standard

  @OptionGroup var jobs: JobsOption

  /// What `--type` takes.
  private static let typeNames: [String] =
    RecordType.known.map(\.name) + SnapshotRecord.RecordKind.allCases.map(\.name) + ["unknown"]

  func validate() throws {
    if let stranger = types.first(where: { !Self.typeNames.contains($0) }) {
      throw ValidationError(
        "There is no record type \(stranger); there are \(Self.typeNames.joined(separator: ", ")).")
    }
  }

  func run() async throws {
    let log = try LogParts(path: path)
    let range = try await times.range(in: log.directory, parts: .head, jobs: jobs.count)
    let options = RecordDump.Options(
      selectors: matchers.selectors, range: range, types: Set(types), wantsEntries: payload)
    let directory = log.directory.path
    let writer: any RecordWriter =
      switch format {
      case .text: TextRecords(directory: directory)
      case .json: JSONRecords(directory: directory)
      }
    let progress = Progress("reading", total: log.size)
    var isEmpty = true
    let problems = try StandardOutput.write { out in
      var line = ByteBuffer()
      return try RecordDump.read(log, options) {
        progress.advance(bytes: $0)
      } each: {
        line.truncate(to: 0)
        // Damage is shown whatever is asked for.
        if case .record = $0.content { isEmpty = false }
        try writer.append($0, to: &line)
        try out.write(line.bytes)
      }
    }
    progress.finish()
    if isEmpty {
      await times.asked.remarkOnNothing(
        matchers.selectors, range, in: log.directory, parts: .head, jobs: jobs.count)
    }
    // Damage in segments is on standard output already.
    let unread = problems.filter { problem in
      if case .system = problem { return true }
      return false
    }
    let others = log.damage.without(problems) + unread
    StandardError.write(FindingsText(directory: directory, color: .none).text(others))
    try ExitStatus(problems + others).end()
  }
}
