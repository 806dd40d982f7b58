import TSDBFormat
import Testing

/// What must hold of every annotation, whatever the bytes.
enum AnnotationRules {
  /// What is broken, in words; nothing if every bit of `bytes` is in exactly one leaf, groups hold
  /// what lies in them, and levels step by one.
  static func violations(_ annotation: Annotation, over bytes: Range<Int>) -> [String] {
    var violations: [String] = []
    var position = bytes.lowerBound * 8
    var groups: [Field] = []
    for (index, field) in annotation.fields.enumerated() {
      while let group = groups.last, group.level >= field.level { groups.removeLast() }
      if field.level != groups.count { violations.append("field \(index): level \(field.level)") }
      if let group = groups.last, !group.bits.contains(field.bits) {
        violations.append("field \(index) \(field.name) leaves \(group.name)")
      }
      if field.isLeaf {
        if field.bits.lowerBound != position {
          violations.append("field \(index) \(field.name) begins at \(field.bits.lowerBound)")
        }
        position = field.bits.upperBound
      } else {
        groups.append(field)
      }
    }
    if position != bytes.upperBound * 8 { violations.append("ends at bit \(position)") }
    return violations
  }

  /// The same where only the start is known: the end follows from the bytes.
  static func violations(
    _ annotation: Annotation, from start: Int, atMost end: Int
  ) -> [String] {
    let last = annotation.fields.last { $0.isLeaf }?.bits.upperBound ?? start * 8
    guard last <= end * 8, last.isMultiple(of: 8) else { return ["ends at bit \(last)"] }
    return violations(annotation, over: start..<max(last / 8, start))
  }
}

extension Range<Int> {
  /// True if all of `other` lies inside.
  fileprivate func contains(_ other: Range<Int>) -> Bool {
    lowerBound <= other.lowerBound && other.upperBound <= upperBound
  }
}
