/// An array that grows page by page: what is in it is never copied, and never twice in memory, where an
/// ordinary one of hundreds of megabytes is, each time it has to be enlarged.
struct PagedArray<Element> {
  private static var shift: Int { 14 }
  private static var pageSize: Int { 1 << shift }

  /// All pages but the last are full.
  private var pages: [[Element]] = []
  /// How many elements there are.
  private(set) var count = 0

  /// The element at `index`, which must be one.
  subscript(index: Int) -> Element {
    get { pages[index >> Self.shift][index & (Self.pageSize - 1)] }
    _modify { yield &pages[index >> Self.shift][index & (Self.pageSize - 1)] }
  }

  /// Appends one element.
  mutating func append(_ element: Element) {
    if count & (Self.pageSize - 1) == 0 {
      pages.append([])
      pages[pages.count - 1].reserveCapacity(Self.pageSize)
    }
    pages[pages.count - 1].append(element)
    count += 1
  }
}

extension PagedArray: Sendable where Element: Sendable {}
