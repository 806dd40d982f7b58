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
      """)

  @Argument(help: "The data directory, block or wal directory.", completion: .directory)
  var directory: String

  @OptionGroup var output: OutputOptions<PeerFormat>

  func run() async throws {
    let listing = DirectoryListing(try DataDirectory(path: directory))
    let failures: [FileError]
    switch output.format {
    case .text:
      failures = listing.failures
      try StandardOutput.write { $0.write(ListText(listing: listing, color: output.colors).text()) }
    case .json:
      failures = listing.failures
      try StandardOutput.write { $0.write(try JSONOutput.report(ListJSON(listing))) }
    case .promtool:
      failures = listing.blocks.flatMap(\.openingFailures)
      try StandardOutput.write { $0.write(ListPromtool.text(listing.blocks)) }
      for failure in failures { StandardError.remark("\(failure)") }
    }
    try ExitStatus(failures).end()
  }
}
