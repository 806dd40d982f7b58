internal import TSDBFormat
internal import TSDBStore

/// The hash of a set of labels, in whatever order they stand: a block may have them in another than the log.
enum LabelSetHash {
  /// Of no labels, of a set of `count`.
  static func empty(_ count: Int) -> UInt64 { UInt64(truncatingIfNeeded: count) }

  /// With one label more, whose hash is `pair` (`LabelPairTable.hash`).
  static func adding(_ pair: UInt64, to hash: UInt64) -> UInt64 { hash &+ ByteHash.mix(1, pair) }
}

/// The label sets of the series of blocks, as hashes.
struct BlockLabels {
  private var hashes: Set<UInt64> = []

  func contains(_ labels: UInt64) -> Bool { hashes.contains(labels) }

  mutating func add(_ folders: [BlockFolder]) {
    var known: Set<String> = []
    for folder in folders where known.insert(folder.path).inserted {
      guard let path = folder.index?.path, let index = try? IndexFile(path: path) else { continue }
      add(index)
    }
  }

  private mutating func add(_ index: IndexFile) {
    // By the symbol of the value: the name and the hash that it had last.
    var pairs: [UInt32: (name: UInt32, hash: UInt64)] = [:]
    var sequence = index.series()
    while sequence.next() {
      var start = 0
      for series in sequence.batch.series {
        let labels = sequence.batch.labels[start..<series.labelsEnd]
        start = series.labelsEnd
        let hash = labels.reduce(LabelSetHash.empty(labels.count)) { hash, label in
          if let known = pairs[label.value], known.name == label.name {
            return LabelSetHash.adding(known.hash, to: hash)
          }
          let pair = LabelPairTable.hash(
            name: index.symbols.bytes(of: Int(label.name), in: index.file.bytes),
            value: index.symbols.bytes(of: Int(label.value), in: index.file.bytes))
          pairs[label.value] = (label.name, pair)
          return LabelSetHash.adding(pair, to: hash)
        }
        hashes.insert(hash)
      }
    }
  }
}
