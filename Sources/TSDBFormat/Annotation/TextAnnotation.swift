/// Files of text.
extension Annotation {
  /// The lines of a file; each is a leaf, with the line feed at its end.
  public static func lines(of file: RawSpan, limit: Int) -> Annotation {
    var annotation = Annotation(at: 0, limit: limit)
    var start = 0
    for index in 0..<file.byteCount where !annotation.isFull {
      let isLast = index == file.byteCount &- 1
      let isLineFeed = file.byte(at: index) == 0x0a
      guard isLast || isLineFeed else { continue }
      let text = [UInt8](file.extracting(start..<(isLineFeed ? index : index &+ 1)))
      annotation.leaf("line", upTo: index &+ 1, .text(text))
      start = index &+ 1
    }
    annotation.cover(upTo: file.byteCount)
    return annotation
  }
}
