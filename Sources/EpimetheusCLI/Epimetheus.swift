internal import ArgumentParser

/// The root command: a name, a version and the list of commands.
struct Epimetheus: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "epimetheus",
    abstract: "Looks into Prometheus data directories, without a server, and repairs them.",
    discussion: """
      DIR is a Prometheus data directory, a single block, a wal directory, an agent's directory, \
      or a Thanos or Mimir block folder. Nothing is written into it but by \
      repair, undo and surgery, which say so.

      Exit status: 0 nothing wrong, 1 something was found, 2 something could not be looked at, \
      64 the command line is wrong.
      """,
    version: "epimetheus \(Release.version)",
    subcommands: [
      DiagnoseCommand.self, PreflightCommand.self, CheckCommand.self, ExplainCommand.self,
      AnalyzeCommand.self, ChurnCommand.self, DiffCommand.self, WhatIfCommand.self,
      PolicyCommand.self, ListCommand.self, ShowCommand.self, DumpCommand.self,
      RepairCommand.self, UndoCommand.self, SurgeryCommand.self, EvidenceCommand.self,
      RedactCommand.self,
    ])
}
