internal import TSDBFormat
internal import TSDBStore

/// Finds job and instance among the labels of a series.
struct TargetLabels {
  /// The symbols of the two values; `.max` stands for none.
  struct Target {
    var job: UInt32
    var instance: UInt32
  }

  /// The symbols of the names; `.max`, which is none, where the index has no such name.
  private let job: UInt32
  private let instance: UInt32

  init(_ index: IndexFile) {
    func symbol(_ name: String) -> UInt32 {
      index.symbols.index(of: [UInt8](name.utf8).rawBytes, in: index.file.bytes)
        .map { UInt32($0) } ?? .max
    }
    job = symbol("job")
    instance = symbol("instance")
  }

  /// The two values of a series; nil where it has neither, and so no target.
  func target(of labels: Span<SeriesBatch.LabelSymbols>) -> Target? {
    var found = Target(job: .max, instance: .max)
    for index in labels.indices {
      let label = labels[index]
      if label.name == job { found.job = label.value }
      if label.name == instance { found.instance = label.value }
    }
    return found.job == .max && found.instance == .max ? nil : found
  }
}
