internal import ArgumentParser
internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

/// `epimetheus show ADDRESS`: what lies at an address that findings or `ls` print.
struct ShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Decodes what lies at an address, byte by byte.",
    discussion: """
      Addresses are PATH, PATH:OFFSET (what lies at this byte) and PATH#PLACE:

        DIR/wal/00000002:32791            a record, by any byte of it
        DIR/wal/00000002#page3            a page of a segment
        DIR/BLOCK/index#toc               also #header, #symbols, #series, #postings,
                                          #postings-table, #label-indices, #label-index-table
        DIR/BLOCK/index#symbol/17         a symbol; #series/16 a series by its reference
        DIR/BLOCK/index#postings/job=api  the series with a label
        DIR/BLOCK#chunk/8                 a chunk by its reference
        DIR/chunks_head/000001:8          a head chunk; the same in BLOCK/chunks
        DIR#ref/123                       a series of the head by its ref
        DIR#series/'{job="api"}'          series by a selector

      In place of the slash behind DIR there may be a blank: `show DIR wal/00000002:32791`; what \
      findings print, "wal/00000002 at byte 32791", is an address too.
      """)

  @Argument(help: "The address, or the directory that the address is relative to.")
  var first: String

  @Argument(help: "The address in the directory.")
  var second: String?

  @Flag(help: "Show the bytes, each beside the field it belongs to.")
  var hex = false

  @Option(help: "About how many fields of each structure, or how many series, are shown.")
  var limit = 256

  @OptionGroup var output: OutputOptions<ReportFormat>
  @OptionGroup var memory: MemoryOption

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit takes a number from 1 on.") }
    if case .selector(let text) = try address().place {
      do throws(SelectorError) { _ = try Selector(text) } catch {
        throw ValidationError("address #series/\(text): \(error)")
      }
    }
  }

  private func address() throws -> Address {
    // A name that is there is meant, though it may read like a place in another file.
    let whole = second.map { first + "/" + $0 } ?? first
    if whole.contains(":") || whole.contains("#"), (try? FolderEntry(path: whole)) != nil {
      return Address(path: whole, .whole)
    }
    do throws(AddressError) {
      guard let second else { return try Address(first) }
      return try Address(second, in: first)
    } catch {
      throw ValidationError("\(error)")
    }
  }

  private var directory: String { second == nil ? "" : first }

  func run() async throws {
    let address = try address()
    switch address.place {
    case .selector(let text): try trace(.selector(try Selector(text)), address)
    case .ref(let ref): try trace(.ref(ref), address)
    default: try show(try Exhibit.find(address, limit: limit))
    }
  }

  private func show(_ exhibit: Exhibit) throws {
    if exhibit.isMissing {
      StandardError.remark("no such file or folder: \(exhibit.address.path)")
      if output.format == .text { throw ExitStatus.incomplete }
    }
    try StandardOutput.write { out in
      switch output.format {
      case .json:
        out.write(
          try JSONOutput.report(ExhibitJSON(exhibit, in: directory, showsBytes: hex)))
      case .text:
        ExhibitText(
          exhibit: exhibit, directory: directory, showsBytes: hex, color: output.colors
        ).write(to: &out)
      }
    }
    if exhibit.isMissing { throw ExitStatus.incomplete }
    if case .offset(let offset) = exhibit.address.place, exhibit.isBehindTheEnd {
      StandardError.remark("no such byte: \(exhibit.address.path) ends before byte \(offset)")
      throw ExitStatus.incomplete
    }
    try ExitStatus(exhibit.problems).end()
  }

  private func trace(_ wanted: SeriesTrace.Wanted, _ address: Address) throws {
    let data = try DataDirectory(path: address.path)
    let progress = Progress(
      "reading", total: DirectoryHistory.bytesToRead(in: data, parts: .head))
    let trace = SeriesTrace(wanted, in: data, limit: limit) { progress.advance(bytes: $0) }
    progress.finish()
    try StandardOutput.write { out in
      switch output.format {
      case .json: out.write(try JSONOutput.report(trace.json(in: address.path)))
      case .text:
        TraceText(trace: trace, directory: address.path, color: output.colors).write(to: &out)
      }
    }
    if !trace.series.contains(where: \.isThere) {
      StandardError.remark("no such series: \(address)")
      throw ExitStatus.incomplete
    }
    try ExitStatus(trace.problems).end()
  }
}

extension SeriesTrace.Series {
  /// True if anything in the directory tells of it.
  fileprivate var isThere: Bool {
    !(labels.isEmpty && definitions.isEmpty && samples.isEmpty && headChunks.isEmpty
      && blocks.isEmpty)
  }
}
