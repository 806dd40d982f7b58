internal import TSDBCheck
internal import TSDBFormat
internal import TSDBStore

/// What the blocks of a directory need. Blocks have nothing to do with one another, so that all their
/// steps are known after one check.
enum BlockSteps {
  /// A step for each block with which something is wrong.
  static func all(_ context: RepairContext) throws(FileError) -> [RepairStep] {
    var steps: [RepairStep] = []
    for block in context.directory.blocks {
      let own = context.findings.filter {
        ($0.path == block.path || $0.path.hasPrefix(block.path + "/")) && $0.severity >= .warning
      }
      guard !own.isEmpty else { continue }
      steps += try self.steps(context, block, own)
    }
    return steps
  }

  private static func steps(
    _ context: RepairContext, _ block: BlockFolder, _ findings: [Finding]
  ) throws(FileError) -> [RepairStep] {
    func has(_ prefix: String) -> Bool { findings.contains { $0.rule.hasPrefix(prefix) } }
    if has("block.damaged-child") {
      return [
        MoveAway.block(
          context, block,
          why:
            "\(block.name) is damaged, and a start deletes the blocks that it was made of, which "
            + "are whole", isCopy: true)
      ]
    }
    if block.index == nil, block.chunks.isEmpty {
      return [
        MoveAway.block(context, block, why: "\(block.name) is a block without a part of a block")
      ]
    }
    if has("block.future") || has("block.far-ahead") {
      return [
        MoveAway.block(
          context, block,
          why:
            "\(block.name) reaches into the future: a server drops all of the log before its end, "
            + "and retention deletes the other blocks")
      ]
    }
    guard findings.contains(where: { $0.severity == .fatal || $0.rule.hasPrefix("meta.") }),
      findings.contains(where: { [.refuses, .drops].contains($0.whatStartDoes) })
    else { return [] }
    let rules = Set(findings.map(\.rule)).sorted().joined(separator: ", ")
    return [MoveAway.block(context, block, why: "\(block.name) cannot be opened (\(rules))")]
  }
}
