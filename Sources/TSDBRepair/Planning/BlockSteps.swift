internal import TSDBCheck
internal import TSDBFormat
internal import TSDBStore
internal import Wording

/// Which step a block needs next. One at a time: each looks at the block that the one before it left.
struct BlockSteps {
  /// The directory, and what was found between its blocks.
  let context: RepairContext
  let temporaryFolder: String
  /// Steps that were found to be no better than none.
  let vain: Set<StepName>
  /// True where chunks that only touch are joined as well.
  let joinsTouching: Bool
  /// The findings by the block that they are in.
  private let byBlock: [String: [Finding]]

  init(
    context: RepairContext, temporaryFolder: String, vain: Set<StepName> = [],
    joinsTouching: Bool = false
  ) {
    self.context = context
    self.joinsTouching = joinsTouching
    self.vain = vain
    self.temporaryFolder = temporaryFolder
    let blocks = Set(context.directory.blocks.map(\.path))
    byBlock = Dictionary(grouping: context.findings) { finding in
      // A block itself, or the folder around what is in one, or around its `chunks`.
      var path = finding.path
      for _ in 0..<3 where !blocks.contains(path) { path = Path.parent(path) }
      return blocks.contains(path) ? path : ""
    }
  }

  /// What was found in a block.
  func findings(of block: BlockFolder) -> [Finding] { byBlock[block.path] ?? [] }

  /// The step for a block that would do harm to others, as a whole; nil for the rest.
  func harmful(_ block: BlockFolder) throws(FileError) -> RepairStep? {
    let own = findings(of: block)
    if own.contains(where: { $0.rule == .blockDamagedChild }) {
      return MoveAway.block(
        context, block,
        why:
          "\(block.name) is damaged, and a start deletes the blocks that it was made of, which are "
          + "whole", isCopy: true)
    }
    if own.contains(where: { $0.rule == .blockDownsampled }) {
      return MoveAway.block(
        context, block,
        why:
          "\(block.name) was downsampled by Thanos\(resolution(of: block)): no server reads its chunks, and queries of its time fail "
          + "while it is there")
    }
    guard own.contains(where: { $0.rule == .blockFuture || $0.rule == .blockFarAhead })
    else { return nil }
    if !vain.contains(.init(.rebuildMeta, block.name)),
      let step = try BlockSurgery.rebuildMeta(
        context.directory, block, keepsTimes: false), !endsInFuture(step, block),
      corrects(step, block)
    {
      return step
    }
    return MoveAway.block(
      context, block,
      why:
        "\(block.name) reaches into the future: a server drops all of the log before its end, and "
        + "retention deletes the other blocks")
  }

  private func resolution(of block: BlockFolder) -> String {
    (try? block.meta.get())?.resolutionText.map { " to \($0)" } ?? ""
  }

  /// True where the samples end earlier than meta.json says, by more than a block of the head is long: another end
  /// then brings the other blocks back.
  private func corrects(_ step: RepairStep, _ block: BlockFolder) -> Bool {
    guard case .success(let meta) = block.meta, !step.loss.timeRange.isEmpty else { return true }
    let day: Int64 = 86_400_000
    return Timestamp(meta.maxTime) - Timestamp(step.loss.timeRange.maxTime) > day
  }

  /// True where the samples themselves are in the future, and not only what meta.json says of them.
  private func endsInFuture(_ step: RepairStep, _ block: BlockFolder) -> Bool {
    guard let made = block.ulid?.milliseconds else { return false }
    return step.loss.timeRange.maxTime > made
  }

  /// The next step for `block`, in which `findings` were found; nil where no step would mend them.
  /// Operations in `done` were tried on it, and are not tried again.
  func next(
    _ block: BlockFolder, _ findings: [Finding], done: Set<Operation>
  ) throws(FileError) -> RepairStep? {
    let done = done.union(vain.filter { $0.place == block.name }.map(\.operation))
    func has(_ area: Rule.Area, _ severity: Severity = .loss) -> Bool {
      findings.contains { $0.rule.area == area && $0.severity >= severity }
    }
    let hasBadSeries = findings.contains {
      Rule.indexSeries.covers($0.rule) && $0.severity >= .loss && !Self.ofOrder.contains($0.rule)
    }
    let directory = context.directory
    // What builds an index from series that are not in order leaves some of them out.
    if findings.contains(where: { Self.ofOrder.contains($0.rule) }), !done.contains(.rewriteBlock),
      let step = try unlessDamaged({ () throws(FileError) in
        // Both values of one time are served, unless queries fail.
        let fails = findings.contains {
          $0.rule == .indexSeriesOrder || $0.rule.area == .index && $0.severity >= .loss
        }
        return try RewriteBlock.step(
          directory, block, temporaryFolder: temporaryFolder, keepsAll: !fails,
          keepsTouching: !joinsTouching)
      })
    {
      return step
    }
    // Of two values of one time one goes: only where the block can never be joined with others as it is.
    if findings.contains(where: { $0.rule == .indexSeriesChunkTouch }),
      !done.contains(.rewriteBlock),
      let step = try unlessDamaged({ () throws(FileError) in
        try RewriteBlock.step(directory, block, temporaryFolder: temporaryFolder)
      }), step.isDoubtful
    {
      return step
    }
    if has(.index), !done.contains(.rebuildIndex),
      let step = try unlessDamaged({ () throws(FileError) in
        try BlockSurgery.rebuildIndex(directory, block)
      })
    {
      return step
    }
    if has(.chunks) || hasBadSeries, !done.contains(.dropBadChunks),
      let step = try unlessDamaged({ () throws(FileError) in
        try BlockSurgery.dropBadChunks(directory, block, temporaryFolder: temporaryFolder)
      })
    {
      return step
    }
    if try hasNothingLeft(block, findings) {
      return MoveAway.block(
        context, block,
        why: "no chunk of \(block.name) can be read, and queries of its time fail while it is there"
      )
    }
    let needsMeta =
      !done.contains(.rebuildMeta) && (block.metaFile == nil || has(.meta, .warning))
    if needsMeta,
      let step = try unlessDamaged({ () throws(FileError) in
        try BlockSurgery.rebuildMeta(directory, block, keepsTimes: true)
      })
    {
      return step
    }
    if has(.tombstones), !done.contains(.dropTombstones),
      let step = try BlockSurgery.dropTombstones(directory, block)
    {
      return step
    }
    if findings.contains(where: { $0.rule == .metaFailed }),
      let step = BlockSurgery.clearFailed(directory, block)
    {
      return step
    }
    return isUseless(block, findings) ? quarantine(block, findings) : nil
  }

  /// Rules about the order of labels, series and chunks: a server serves what breaks them, and queries or
  /// compactions fail.
  private static let ofOrder: Set<Rule> = [
    .indexSymbolsOrder, .indexSeriesLabelOrder, .indexSeriesLabelDuplicate, .indexSeriesOrder,
    .indexSeriesDuplicate, .indexSeriesChunkOrder,
  ]

  /// True for a block that opens, and of which no chunk can be read.
  private func hasNothingLeft(
    _ block: BlockFolder, _ findings: [Finding]
  ) throws(FileError) -> Bool {
    guard findings.contains(where: { $0.rule.area == .chunks && $0.severity >= .loss }),
      case .success(let meta) = block.meta, meta.downsampledTo == nil
    else { return false }
    do {
      guard let contents = try BlockContents(block, readsChunks: true) else { return false }
      while let series = contents.next(), series.chunks.isEmpty {}
      return contents.badChunks > 0 && contents.stats.numChunks == 0
    } catch {
      guard case .damaged = error else { throw error }
      return false
    }
  }

  /// The step that `make` finds; none where what it needs of the block is too damaged to be opened, for which
  /// another step may be right. What could not be looked at ends the plan.
  private func unlessDamaged(
    _ make: () throws(FileError) -> RepairStep?
  ) throws(FileError) -> RepairStep? {
    do {
      return try make()
    } catch {
      guard case .damaged = error else { throw error }
      return nil
    }
  }

  /// True for a block that keeps a server from starting, or that it passes over with an error.
  private func isUseless(_ block: BlockFolder, _ findings: [Finding]) -> Bool {
    if case .failure = block.meta { return true }
    return findings.contains { $0.severity == .fatal }
  }

  private func quarantine(_ block: BlockFolder, _ findings: [Finding]) -> RepairStep {
    let rules = Set(findings.filter { $0.severity >= .warning }.map(\.rule.id)).sorted()
    // Nobody can read them, so that no loss is counted: what it held is said all the same.
    var claim = ""
    if case .success(let meta) = block.meta, meta.stats.numSamples > 0 {
      claim = "; its meta.json speaks of \(Units.count(meta.stats.numSamples)) samples"
    }
    return MoveAway.block(
      context, block,
      why:
        "\(block.name) cannot be opened (\(rules.joined(separator: ", "))), and too little of it is "
        + "left to build it anew\(claim)")
  }
}
