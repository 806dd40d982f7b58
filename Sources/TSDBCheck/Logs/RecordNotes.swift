internal import TSDBFormat

/// Sound records that not every server reads: of types that came later, of types that nobody knows,
/// and those compressed with zstd.
struct RecordNotes {
  /// What makes a server pass over a record.
  enum Kind: CaseIterable {
    /// A type from 11 to 13, which servers before 3.11 do not know.
    case newer
    /// A type that is not known at all.
    case unknown
    /// Compressed with zstd, which 2.42 takes for a type.
    case zstd
  }

  /// How many records there are of a kind, and the first of them.
  struct Tally {
    /// The segment of the first.
    let path: String
    /// Offset of the first.
    let offset: Int
    /// Type code of the first.
    let code: UInt8
    /// How many.
    var count = 0
  }

  private var tallies: [Kind: Tally] = [:]

  /// Adds what was met in a slice of the segment at `path`.
  mutating func add(_ decoded: DecodedSlice, path: String) {
    add(decoded.newer, .newer, path)
    add(decoded.unknown, .unknown, path)
    add(decoded.zstd, .zstd, path)
  }

  private mutating func add(_ tally: DecodedSlice.Tally, _ kind: Kind, _ path: String) {
    guard let offset = tally.first else { return }
    tallies[kind, default: Tally(path: path, offset: offset, code: tally.code)].count +=
      tally.count
  }

  /// What can be said once all is read.
  func findings(isAgent: Bool) -> [Finding] {
    Kind.allCases.compactMap { kind in
      tallies[kind].map { finding(kind, $0, isAgent: isAgent) }
    }
  }

  private func finding(_ kind: Kind, _ tally: Tally, isAgent: Bool) -> Finding {
    func make(_ rule: Rule, _ message: Message, _ severity: Severity = .info) -> Finding {
      Finding(
        rule: rule, severity: severity, path: tally.path, offset: tally.offset, message: message)
    }
    switch kind {
    case .newer:
      return make(
        .recordNewer,
        "\(count: tally.count, of: "records") of types 11 to 13, the first of type \(tally.code): servers before "
          + "3.11 pass over them, and lose their samples")
    case .unknown:
      let what: Message =
        isAgent
        ? "an agent takes them for damage, and its repair drops what is behind them"
        : "a server passes over them"
      return make(
        .recordUnknown,
        "\(count: tally.count, of: "records") of unknown types, the first of type \(tally.code): \(what)",
        isAgent ? .loss : .info)
    case .zstd:
      return make(
        .recordZstd,
        "\(count: tally.count, "record is", "records are") compressed with zstd: servers that do not know it, such as 2.42, "
          + "pass over them, and lose their samples")
    }
  }
}
