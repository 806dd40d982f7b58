internal import ArgumentParser
internal import TSDBStore

/// `epimetheus ls DIR`: what is in a directory, with ranges, sizes and counts. A broken block, a gap
/// in the log, a head chunk file that cannot be read are findings and do not stop it.
struct ListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls",
    abstract: "Lists blocks, log segments, checkpoints, head chunks and whatever else is there.",
    discussion: """
      Opens directories, meta.json and the beginnings of other files; reads no samples.
      --format promtool prints what `promtool tsdb list` prints, for every block that can be \
      opened; what is wrong with the others goes to stderr.

      With a second word, reads and lists all things of one kind, as they come: segments, \
      checkpoints, chunks-head (files of head chunks), series (of blocks, then of the head), \
      symbols (of blocks), labels, values (of --label) or metrics (of blocks and head together). \
      --format json is then one object a line. Addresses in these lists are for `show DIR ADDRESS`.
      """)

  @Argument(help: "The data directory, block or wal directory.", completion: .directory)
  var directory: String

  @Argument(help: "What is listed.")
  var kind: ListPart.Kind?

  @OptionGroup var matchers: MatcherOptions

  @Option(help: ArgumentHelp("Only this block.", valueName: "ulid"))
  var block: String?

  @Option(help: ArgumentHelp("The label whose values are listed.", valueName: "name"))
  var label: String?

  @Option(help: "How many things are listed (default: all).")
  var limit: Int?

  @OptionGroup var output: OutputOptions<PeerFormat>
  @OptionGroup var exact: CSVOptions
  @OptionGroup var jobs: JobsOption

  func validate() throws {
    try exact.check(output.format == .csv)
    if let limit, limit < 1 { throw ValidationError("--limit takes a number from 1 on.") }
    guard let kind else {
      let isFiltered = block != nil || label != nil || limit != nil
      if isFiltered || !matchers.selectors.isEmpty {
        throw ValidationError("--match, --block, --label and --limit need a kind, such as series.")
      }
      return
    }
    switch output.format {
    case .text, .json: break
    case .promtool: throw ValidationError("--format promtool lists blocks, and nothing else.")
    case .csv, .markdown:
      throw ValidationError(
        "--format \(output.format.rawValue) is for the tables of all that is there.")
    }
    if (kind == .values) != (label != nil) {
      throw ValidationError("--label names the label of the list of values, and of no other.")
    }
    let ofLog: [ListPart.Kind] = [.segments, .checkpoints, .chunksHead]
    if ofLog.contains(kind) && block != nil {
      throw ValidationError("--block is for series, symbols, labels, values and metrics.")
    }
    if (ofLog + [.symbols]).contains(kind) && !matchers.selectors.isEmpty {
      throw ValidationError("--match is for series, labels, values and metrics.")
    }
  }

  func run() async throws {
    let data = try DataDirectory(path: directory)
    if let kind { try await list(kind, data) } else { try list(DirectoryListing(data)) }
  }

  private func list(_ listing: DirectoryListing) throws {
    var failures = listing.failures
    let text = ListText(listing: listing, color: output.colors)
    switch output.format {
    case .text: try StandardOutput.write { $0.write(text.text()) }
    case .csv: try StandardOutput.write { try exact.csv.write(text.tables, to: &$0) }
    case .markdown: try StandardOutput.write { $0.write(Markdown.tables(text.tables)) }
    case .json:
      try StandardOutput.write { $0.write(try JSONOutput.report(listing.json)) }
    case .promtool:
      failures = listing.blocks.flatMap(\.openingFailures)
      try StandardOutput.write { $0.write(ListPromtool.text(listing.blocks)) }
      for failure in failures { StandardError.remark("\(failure)") }
    }
    try ExitStatus(failures).end()
  }

  private func list(_ kind: ListPart.Kind, _ data: DataDirectory) async throws {
    var chosen = data
    if let block {
      guard let folder = data.blocks.first(where: { $0.name == block }) else {
        throw AnalyzeFailure.unknownBlock(name: block, directory: directory)
      }
      chosen = try DataDirectory(path: folder.path)
    }
    let part = ListPart(
      kind: kind, data: chosen, directory: directory, selectors: matchers.selectors, label: label,
      jobs: jobs.count)
    let problems = try await StandardOutput.write { out in
      var writer = ListingWriter(output.format, limit: limit ?? .max)
      return try await part.write(&writer, to: &out)
    }
    StandardError.write(FindingsText(directory: directory, color: .none).text(problems))
    try ExitStatus(problems).end()
  }
}

extension ListPart.Kind: ExpressibleByArgument {}
