internal import TSDBCheck
internal import TSDBFormat
internal import TSDBStore

/// `trim-head-chunks`: the files of `chunks_head` up to the first thing that is wrong in them. What goes
/// comes back from the log.
///
/// All behind goes, and not only what is damaged: replay passes over samples of the log that are older
/// than a chunk of their series, so that a chunk behind a hole would hide what the log has for the hole.
enum TrimHeadChunks {
  /// The step; nil where nothing is wrong.
  public static func step(_ context: RepairContext) -> RepairStep? {
    let files = context.directory.headChunks
    let findings = context.findings.filter { $0.rule.area == .chunksHead }
    guard !files.isEmpty, !findings.isEmpty else { return nil }
    if findings.contains(where: { $0.rule == .chunksHeadRefsForeign }) {
      return all(
        context,
        "its chunks are older than the series that have their refs now: a server serves "
          + "them under the wrong labels")
    }
    if (context.directory.wal?.segments ?? []).isEmpty, context.has(.chunksHeadRefsUnknown),
      context.directory.snapshots.isEmpty
    {
      return all(
        context,
        "the log that says which series its chunks are of is gone; new series would get "
          + "their samples")
    }
    // A server removes an empty last file itself, and loses nothing with it.
    // Without a log the snapshot says which series the chunks are of.
    let isOnSnapshot = (context.directory.wal?.size ?? 0) == 0
    let serious = findings.filter {
      $0.rule != .chunksHeadHeaderEmpty && $0.rule != .chunksHeadRefsAhead
        && !(isOnSnapshot && $0.rule == .chunksHeadRefsUnknown)
    }
    guard let place = first(serious, files) else {
      guard context.has(.chunksHeadRefsAhead) else { return nil }
      return all(
        context,
        "chunks before these are gone, and these hide what the log has of that time; all of it comes from "
          + "the log")
    }
    let why =
      serious.first { $0.path == files[place.index].path }?.rule ?? Rule(.headChunkFiles, .gap)
    return step(context, files, place, why)
  }

  /// Everything from the first file on.
  static func all(_ context: RepairContext, _ why: String) -> RepairStep? {
    guard !context.directory.headChunks.isEmpty else { return nil }
    return RepairStep(
      operation: .trimHeadChunks, why: "chunks_head: " + why,
      loss: Loss(bytes: context.directory.headChunks.totalSize),
      changes: [
        // The folder stays: without it a directory may look like that of an agent.
        DirectoryChange("chunks_head", .folder(size: 0) { _ throws(FileError) in })
      ])
  }

  /// The first place at which something is wrong.
  private static func first(
    _ findings: [Finding], _ files: [SegmentFile]
  ) -> (index: Int, offset: Int)? {
    for (index, file) in files.enumerated() {
      let own = findings.filter { $0.path == file.path }
      guard !own.isEmpty else { continue }
      let isWhole = own.contains {
        $0.offset == nil || Rule.chunksHeadHeader.covers($0.rule)
          || Rule.chunksHeadFiles.covers($0.rule)
      }
      return (index, isWhole ? 0 : own.compactMap(\.offset).min() ?? 0)
    }
    return nil
  }

  private static func step(
    _ context: RepairContext, _ files: [SegmentFile], _ place: (index: Int, offset: Int),
    _ why: Rule
  ) -> RepairStep {
    let file = files[place.index]
    var changes = files[(place.index + 1)...].map {
      DirectoryChange(context.relative($0.path), .remove)
    }
    var dropped = files[(place.index + 1)...].reduce(0) { $0 + $1.size }
    let end = endOfSoundChunks(file, before: place.offset)
    if let end {
      dropped += file.size - end
      changes.append(cut(file, to: end, context))
    } else {
      dropped += file.size
      changes.append(DirectoryChange(context.relative(file.path), .remove))
    }
    let rest = changes.count > 1 ? " and the files behind it" : ""
    let hasLog = (context.directory.wal?.size ?? 0) > 0
    let source = hasLog ? "comes from the log" : "leaves, and there is no log to take it from"
    return RepairStep(
      operation: .trimHeadChunks,
      why:
        "\(context.relative(file.path)): \(Self.words(why)); what it holds from there on\(rest) \(source)",
      loss: Loss(bytes: dropped), changes: changes)
  }

  /// What is wrong, by rule.
  private static func words(_ rule: Rule) -> String {
    switch rule {
    case .chunksHeadRefsUnknown:
      "chunks of series that no record defines, which new series would inherit"
    case Rule(.headChunkFiles, .gap): "a file before it is missing, and a server does not start"
    case .chunksHeadChunkOverlap: "chunks of a series overlap, and a server deletes all of them"
    default: "damaged (\(rule.id))"
    }
  }

  /// Where the last chunk ends that lies wholly before `offset`; nil if there is none.
  private static func endOfSoundChunks(_ file: SegmentFile, before offset: Int) -> Int? {
    guard offset > 0, let mapped = try? MappedFile(path: file.path),
      var reader = try? HeadChunkFile(mapped.bytes, holes: mapped.holes)
    else { return nil }
    var end: Int?
    while let event = reader.next() {
      // What is wrong may be inside of a chunk: one that ends behind it is not whole.
      guard case .chunk(let chunk) = event else { break }
      let behind = chunk.dataOffset + chunk.dataSize + 4
      guard behind <= offset else { break }
      end = behind
    }
    return end
  }

  private static func cut(
    _ file: SegmentFile, to end: Int, _ context: RepairContext
  ) -> DirectoryChange {
    DirectoryChange(
      context.relative(file.path),
      .replace(size: end) { sink throws(FileError) in
        let mapped = try MappedFile(path: file.path)
        try sink.write(mapped.bytes.extracting(0..<min(end, mapped.size)))
      })
  }
}
