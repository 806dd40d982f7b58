/// What somebody may have meant who wrote something else.
package enum Nearest {
  /// The name among `names` that takes the fewest changes of a letter to get to; nil where all take too
  /// many, of two neighbours that changed places too.
  package static func name(to text: String, among names: [String]) -> String? {
    let most = min(3, max(1, text.utf8.count / 3))
    var best: (name: String, distance: Int)?
    for name in names {
      let distance = distance(Array(text.lowercased().utf8), Array(name.lowercased().utf8))
      if distance <= most, distance < best?.distance ?? .max { best = (name, distance) }
    }
    if let best { return best.name }
    // A beginning that only one of them has is as good as the name.
    let begun = names.filter { text.utf8.count > 2 && $0.hasPrefix(text) }
    return begun.count == 1 ? begun.first : nil
  }

  /// Insertions, removals, replacements, and changes of place of neighbours that lead from one to the
  /// other.
  static func distance(_ from: [UInt8], _ to: [UInt8]) -> Int {
    var older: [Int] = []
    var last = Array(0...to.count)
    for (row, letter) in from.enumerated() {
      var next = [row + 1]
      for (column, other) in to.enumerated() {
        var least = min(next[column] + 1, last[column + 1] + 1)
        least = min(least, last[column] + (letter == other ? 0 : 1))
        if row > 0, column > 0, letter == to[column - 1], other == from[row - 1] {
          least = min(least, older[column - 1] + 1)
        }
        next.append(least)
      }
      (older, last) = (last, next)
    }
    return last[to.count]
  }
}
