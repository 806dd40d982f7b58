/// Writes the items of a list one by one, so that a list of any length takes no memory: lines of text,
/// or JSON Lines of the form `{"type":"segment","data":{…}}`.
package struct ListingWriter {
  private let format: PeerFormat
  private let limit: Int
  private(set) var count = 0

  /// Stops after `limit` items.
  package init(_ format: PeerFormat, limit: Int) {
    self.format = format
    self.limit = limit
  }

  /// True if no more items are wanted.
  var isFull: Bool { count >= limit }

  /// Writes one item, if it is wanted.
  mutating func write(_ item: some ListingItem, to out: inout ReportSink) throws {
    guard !isFull else { return }
    count += 1
    switch format {
    case .json: out.write(try JSONOutput.line(Line(type: item.type, data: item)))
    case .text, .csv, .markdown, .promtool: out.line(item.text)
    }
  }

  private struct Line<Item: Encodable>: Encodable {
    let type: String
    let data: Item
  }
}

/// Something that `ls` lists: its JSON is its own, its text is a line or a few.
protocol ListingItem: Encodable {
  /// The `type` of its line of JSON.
  var type: String { get }
  /// Escaped, without a line feed at its end.
  var text: String { get }
}

/// A path as JSON.
extension JSONText {
  package init(_ text: String) { self.init(Array(text.utf8)) }
}
