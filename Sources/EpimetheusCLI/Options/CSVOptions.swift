internal import ArgumentParser

/// `--exact-csv`: comma-separated values for programs, not for spreadsheets.
struct CSVOptions: ParsableArguments {
  @Flag(
    name: .customLong("exact-csv"),
    help: """
      Write texts in CSV as they are. Without it, those that a spreadsheet would run as a formula get an \
      apostrophe in front.
      """)
  var isExact = false

  /// How fields are written.
  var csv: CSV { CSV(isExact: isExact) }

  /// Throws where nothing is written that it changes.
  func check(_ writesCSV: Bool) throws {
    if isExact, !writesCSV { throw ValidationError("--exact-csv is for --format csv.") }
  }
}
