package import TSDBRepair

/// What a repair came to.
package struct RepairOutcome {
  /// What was planned or made.
  package let result: Repair.Result
  /// True if it was made.
  package let isDone: Bool

  package init(result: Repair.Result, isDone: Bool) {
    self.result = result
    self.isDone = isDone
  }
}
