internal import TSDBFormat
internal import TSDBStore

/// What a block's `meta.json` says, alone and against what the block holds.
enum MetaCheck {
  /// What the file says of itself; nothing where it cannot be read.
  static func run(_ meta: BlockMeta, path: String) -> [Finding] {
    var findings: [Finding] = []
    func note(_ rule: Rule, _ message: Message) {
      findings.append(
        Finding(rule: rule, severity: .info, path: path, message: message))
    }
    if meta.compaction.failed {
      note(.metaFailed, "a compaction of the block failed, and it will never be compacted")
    }
    if meta.compaction.deletable {
      note(.metaDeletable, "the block is empty, and a start deletes it")
    }
    if meta.version == 2 {
      note(.metaVersion2, "written by Prometheus 2.1; a server repairs the block")
    }
    return findings
  }

  /// Compares the list of files that Thanos keeps with those that lie there.
  static func compareFiles(_ meta: BlockMeta, _ folder: BlockFolder) -> [Finding] {
    let entries = [folder.index, folder.tombstones, folder.metaFile].compactMap(\.self)
    var sizes = Dictionary(entries.map { ($0.name, $0.size) }) { first, _ in first }
    for segment in folder.chunks { sizes["chunks/" + segment.name] = segment.size }
    for stranger in folder.strangers {
      let name = String(stranger.path.utf8.dropFirst(folder.path.utf8.count &+ 1)) ?? ""
      sizes[name] = stranger.size
    }
    var list = FindingList()
    for file in meta.listedFiles {
      func add(_ message: Message, _ expected: Message?, _ found: Message) {
        list.add(
          Finding(
            rule: .metaFiles, path: folder.path + "/meta.json", message: message,
            expected: expected,
            found: found))
      }
      let expected: Message? = file.size.map { "\(count: $0, of: "bytes")" }
      guard let size = sizes[file.path] else {
        add("lists \(path: file.path), which is not there", expected, "no file")
        continue
      }
      guard let listed = file.size, listed != size else { continue }
      add(
        "lists \(path: file.path) with another size than it has", expected,
        "\(count: size, of: "bytes")")
    }
    return list.summed()
  }

  /// Compares the file with what was found in index and chunks.
  static func compare(_ meta: BlockMeta, _ content: BlockContent, path: String) -> [Finding] {
    var findings: [Finding] = []
    var claims = [
      ("series", meta.stats.numSeries, UInt64(content.series)),
      ("chunks", meta.stats.numChunks, UInt64(content.chunks)),
    ]
    if let samples = content.samples {
      let all = samples.floats &+ samples.histograms
      claims.append(("samples", meta.stats.numSamples, all))
      // Written since 2.54; a block of one kind alone leaves the other out.
      if meta.stats.numFloatSamples &+ meta.stats.numHistogramSamples > 0 {
        claims.append(("float samples", meta.stats.numFloatSamples, samples.floats))
        claims.append(("histogram samples", meta.stats.numHistogramSamples, samples.histograms))
      }
    }
    let wrong = claims.filter { $0.1 != $0.2 }
    if !wrong.isEmpty {
      findings.append(
        Finding(
          rule: .metaStats, severity: .warning, path: path,
          message: "counts what the block does not hold",
          expected: Message(list: wrong.map { "\(count: $0.2, of: $0.0)" }),
          found: Message(list: wrong.map { "\(count: $0.1, of: $0.0)" })))
    }
    if content.outside > 0 {
      findings.append(
        Finding(
          rule: .metaTimes, severity: .warning, path: path,
          message:
            "\(count: content.outside, "chunk reaches", "chunks reach") out of the time that the block "
            + "covers, and queries miss what is there",
          expected: "\(time: content.times.minTime) to \(time: content.times.maxTime)",
          found: "\(time: meta.minTime) to \(time: meta.maxTime), less the last"))
    }
    return findings
  }
}
