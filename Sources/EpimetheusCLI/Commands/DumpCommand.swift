internal import ArgumentParser

/// `epimetheus dump`: what a directory holds, written out.
struct DumpCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dump",
    abstract: "Writes out what a directory holds.",
    subcommands: [
      DumpChunksCommand.self,
      DumpSamplesCommand.self,
      DumpSeriesCommand.self,
      DumpRecordsCommand.self,
      DumpExemplarsCommand.self,
      DumpMetadataCommand.self,
      DumpTombstonesCommand.self,
    ])
}
