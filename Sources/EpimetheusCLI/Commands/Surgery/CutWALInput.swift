internal import ArgumentParser
internal import TSDBAnalysis
internal import TSDBRepair
internal import TSDBStore

/// `--at SEGMENT[:OFFSET]`, or `--after TIME`: where a log shall end.
struct CutWALInput: OperationInput {
  @Option(
    help: ArgumentHelp(
      "The first record that leaves, with all behind it: a segment, and an offset in it.",
      valueName: "segment[:offset]"))
  var at: String?

  @Option(
    help: ArgumentHelp(
      "The first record with a later sample leaves, with all behind it: RFC 3339 or milliseconds.",
      valueName: "time"), transform: TimeInput.parse)
  var after: TimeInput?

  func validate() throws {
    if (at == nil) == (after == nil) { throw ValidationError("Give either --at or --after.") }
    if let at, Self.place(at) == nil {
      throw ValidationError("--at takes SEGMENT or SEGMENT:OFFSET; \(at) is neither.")
    }
    if case .back = after {
      throw ValidationError("--after takes a time, not a duration back from the end of the data.")
    }
  }

  func run(_ operation: Operation, _ options: SurgeryOptions) async throws {
    guard let place, case .log(let make) = operation.work else { return }
    if let after, after.isDoubtful {
      let data = try DataDirectory(path: options.directory)
      let range = await AskedTimes.ofData(data, parts: .head, jobs: options.jobs.count)
      _ = try after.time(in: range, "--after")
    }
    try refuseNowhere(place, options.directory)
    try await options.run { context throws(FileError) in
      try make(context, place).map { [$0] } ?? []
    }
  }

  /// A place behind the end of the log, or of its segment, is a slip. One before its beginning is none: all
  /// of it leaves.
  private func refuseNowhere(_ place: CutWAL.Place, _ directory: String) throws {
    guard case .at(let number, let offset) = place else { return }
    let data = try DataDirectory(path: directory)
    guard let segments = data.wal?.segments, let last = segments.last else { return }
    guard number <= last.number else {
      throw RepairError.refused(
        "there is no segment \(number) in \(directory)/wal; the last is \(last.name)")
    }
    if let segment = segments.first(where: { $0.number == number }), offset > segment.size {
      throw RepairError.refused(
        "there is no byte \(offset) in \(directory)/wal/\(segment.name), which has \(segment.size)"
      )
    }
  }

  private var place: CutWAL.Place? {
    if let at { return Self.place(at) }
    if case .at(let time) = after { return .after(time: time) }
    return nil
  }

  static func place(_ text: String) -> CutWAL.Place? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard let first = parts.first, let segment = Int(first), segment >= 0 else { return nil }
    if parts.count == 1 { return .at(segment: segment, offset: 0) }
    guard parts.count == 2, let offset = Int(parts[1]), offset >= 0 else { return nil }
    return .at(segment: segment, offset: offset)
  }
}
