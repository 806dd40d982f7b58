internal import TSDBFormat
internal import TSDBStore

/// Finds the number of a symbol among sorted ones; quickly if it stands a little behind the one that
/// was found before, as it does for a reader of the postings offset table.
struct SymbolSearch {
  private let index: IndexFile
  private var last = 0

  init(_ index: IndexFile) {
    self.index = index
  }

  /// The number of the symbol with these bytes; nil if there is none.
  mutating func find(_ symbol: RawSpan) -> Int? {
    let index = index
    let symbols = index.symbols
    let file = index.file.bytes
    let last = last
    guard symbols.count > 0 else { return nil }
    var low = 0
    var high = symbols.count
    if symbols.bytes(of: last, in: file).precedes(symbol) {
      var step = 1
      low = last &+ 1
      while low &+ step < high, symbols.bytes(of: low &+ step, in: file).precedes(symbol) {
        low &+= step &+ 1
        step &*= 2
      }
      high = min(high, low &+ step &+ 1)
    } else {
      if symbols.bytes(of: last, in: file).isEqual(to: symbol) { return last }
      high = last &+ 1
    }
    while low < high {
      let middle = (low &+ high) / 2
      if symbols.bytes(of: middle, in: file).precedes(symbol) {
        low = middle &+ 1
      } else {
        high = middle
      }
    }
    guard low < symbols.count else { return nil }
    self.last = low
    return symbols.bytes(of: low, in: file).isEqual(to: symbol) ? low : nil
  }
}
