internal import ArgumentParser
internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

/// `epimetheus dump metadata DIR`: type, unit and help of metrics, as the log has them.
struct DumpMetadataCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metadata",
    abstract: "Writes out type, unit and help of metrics, as the log has them for each series.",
    discussion: """
      From the last checkpoint and the WAL behind it; of a series, what was said last. Servers \
      write metadata into the log only with the feature metadata-wal-records, and only what comes \
      over remote write.
      """)

  @Argument(help: "The data directory.", completion: .directory)
  var directory: String

  @OptionGroup var matchers: MatcherOptions

  @Option(help: "How the result is written.")
  var format: DumpFormat = .standard

  @OptionGroup var exact: CSVOptions
  @OptionGroup var jobs: JobsOption

  func validate() throws { try exact.check(format == .csv) }

  func run() async throws {
    let data = try DataDirectory(path: directory)
    let notes = await HeadNotes.read(
      .metadata, of: data, selectors: matchers.selectors, jobs: jobs.count)
    try StandardOutput.write { out in
      if format == .csv { out.write(MetadataWriter.header) }
      var line = ByteBuffer()
      for series in notes.series {
        line.truncate(to: 0)
        MetadataWriter.append(series, format, exact.csv, to: &line)
        try out.write(line.bytes)
      }
    }
    if notes.series.isEmpty, !matchers.selectors.isEmpty {
      MatcherOptions.remarkOnNothing(matchers.selectors)
    }
    StandardError.write(FindingsText(directory: directory, color: .none).text(notes.problems))
    try ExitStatus(notes.problems).end()
  }
}
