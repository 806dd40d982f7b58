public import TSDBFormat

/// The labels of a series while rules change them (Prometheus: model/labels, `Builder`): those it had,
/// in their order, and behind them those that were set. A label without a value is none.
public struct RelabelledLabels: Equatable, Sendable {
  /// Labels as they were.
  private var own: [Label]
  /// Labels that were set, in the order in which they were.
  private var added: [Label] = []

  /// The labels of a series before any rule.
  public init(_ labels: [Label]) {
    own = labels.filter { !$0.value.isEmpty }
  }

  /// All labels, in the order in which rules go through them.
  public var all: [Label] { own + added }

  /// The labels by name.
  public var sorted: [Label] { all.sorted { $0.name.lexicographicallyPrecedes($1.name) } }

  /// The value of a label; empty where there is none.
  public subscript(_ name: [UInt8]) -> [UInt8] {
    get { (added.first { $0.name == name } ?? own.first { $0.name == name })?.value ?? [] }
    set {
      own.removeAll { $0.name == name }
      if newValue.isEmpty {
        added.removeAll { $0.name == name }
      } else if let index = added.firstIndex(where: { $0.name == name }) {
        added[index] = Label(name: name, value: newValue)
      } else {
        added.append(Label(name: name, value: newValue))
      }
    }
  }

  /// Applies rules in their order. False if one drops the series.
  public mutating func apply(_ rules: [RelabelRule]) -> Bool {
    for rule in rules where !rule.apply(to: &self) { return false }
    return true
  }
}
