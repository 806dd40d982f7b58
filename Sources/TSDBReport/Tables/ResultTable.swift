package import TSDBFormat
internal import TSDBStore

/// A table of a result, as every format shows it: text, CSV, Markdown, the page and the database of a bundle.
///
///     var table = ResultTable("metrics", "Metrics by series", [.number("series"), .text("metric")])
///     table.row([.count(59_192), .value(metric)])
///     out.write(table.section(color: color))
package struct ResultTable: Sendable {
  /// One column.
  package struct Column: Sendable {
    /// What is in it.
    enum Kind: String {
      case text
      /// Sentences: they need room.
      case prose
      case number
      /// A curve, which says nothing to a program.
      case drawing
    }

    /// What people read above it; may be empty.
    package let title: String
    /// What programs call it.
    package let name: String
    let kind: Kind
    /// The most columns of a terminal that a cell may take.
    let limit: Int

    private init(_ title: String, _ name: String?, _ kind: Kind, _ limit: Int = .max) {
      self.title = title
      self.name = name ?? Self.name(title)
      self.kind = kind
      self.limit = limit
    }

    /// A column of words.
    package static func text(
      _ title: String, _ name: String? = nil, limit: Int = .max
    ) -> Column { Column(title, name, .text, limit) }

    /// A column of sentences.
    package static func prose(_ title: String) -> Column { Column(title, nil, .prose) }

    /// A column of numbers.
    package static func number(_ title: String, _ name: String? = nil) -> Column {
      Column(title, name, .number)
    }

    /// A column of curves.
    package static func drawing(_ title: String) -> Column { Column(title, nil, .drawing) }

    /// What a style calls it.
    package var style: String { kind.rawValue }

    /// True for numbers: they end at the same place.
    package var isNumber: Bool { kind == .number }

    /// `alive at end` is `aliveAtEnd`.
    private static func name(_ title: String) -> String {
      let words = title.split(separator: " ")
      return words.dropFirst().reduce(String(words.first ?? "")) { $0 + $1.capitalizedFirst }
    }
  }

  /// What stands in a row.
  package enum Cell: Sendable {
    /// Nothing.
    case empty
    /// Our words, and what comes from disk among them.
    case prose(Prose)
    /// Bytes from disk: a label's name or value, a path.
    case value([UInt8])
    /// A whole number; files claim more than 64 bits with a sign hold.
    case number(Int128)
    /// A size.
    case size(Int64)
    /// Milliseconds since 1970, told in seconds.
    case time(Int64)
    /// Milliseconds.
    case duration(Int64)
    /// A number, and how many decimals people are told.
    case decimal(Double, places: Int)
    /// So many in a second.
    case rate(Double)
    /// A part of one.
    case share(Double)
    /// What people are told in words of its own.
    indirect case shown(String, as: Cell)
  }

  /// What programs call it.
  package let name: String
  /// What it shows, for people.
  package let caption: String
  /// What is said behind the caption.
  package var note = ""
  package let columns: [Column]
  /// How many more rows there would be.
  package var omitted = 0
  private(set) var kept: [(cells: [Cell], role: Color.Role?)] = []
  private let source: (@Sendable (_ body: ([Cell]) throws -> Void) throws -> Void)?

  /// A table whose rows are added.
  package init(_ name: String, _ caption: String, _ columns: [Column]) {
    self.name = name
    self.caption = caption
    self.columns = columns
    source = nil
  }

  /// A table for people alone.
  package init(caption: String, _ columns: [Column]) { self.init("", caption, columns) }

  /// A table that others tell what it shows.
  package init(_ name: String, _ columns: [Column]) { self.init(name, "", columns) }

  /// A table that is too large to be kept: `source` gives each row to a body, in an order that is the same
  /// each time.
  package init(
    name: String, columns: [Column],
    source: @escaping @Sendable (_ body: ([Cell]) throws -> Void) throws -> Void
  ) {
    self.name = name
    caption = ""
    self.columns = columns
    self.source = source
  }

  /// True when no rows were added.
  package var isEmpty: Bool { kept.isEmpty }

  /// The rows that were added.
  package var rows: [[Cell]] { kept.map(\.cells) }

  /// Adds a row; `role` colours all of it.
  package mutating func row(_ cells: [Cell], role: Color.Role? = nil) { kept.append((cells, role)) }

  /// `values` as rows, `limit` of them at most.
  package mutating func rows<T>(_ values: [T], limit: Int = .max, _ row: (T) -> [Cell]) {
    for value in values.prefix(limit) { self.row(row(value)) }
    omitted += max(0, values.count - limit)
  }

  /// The columns that say something to a program.
  var told: [Int] { columns.indices.filter { columns[$0].kind != .drawing } }

  /// Gives every row to `body`.
  package func forEachRow(_ body: ([Cell]) throws -> Void) throws {
    if let source { return try source(body) }
    for row in kept { try body(row.cells) }
  }
}

extension ResultTable.Cell: ExpressibleByStringInterpolation {
  package init(stringLiteral words: String) { self = .prose(Prose(stringLiteral: words)) }

  package init(stringInterpolation: Prose.StringInterpolation) {
    self = .prose(Prose(stringInterpolation: stringInterpolation))
  }

  /// Words of ours, or nothing.
  package static func words(_ words: String?) -> Self {
    words.map { .prose(Prose([.words($0)])) } ?? .empty
  }

  /// A text from disk, or nothing.
  package static func text(_ text: String?) -> Self {
    text.map { .value(Array($0.utf8)) } ?? .empty
  }

  /// A sentence that may quote what is on disk, or nothing.
  package static func sentence(_ text: String?) -> Self {
    text.map { .shown(DisplayText.escaped($0), as: .value(Array($0.utf8))) } ?? .empty
  }

  /// A path, with the bytes that it has on disk.
  static func path(_ path: String) -> Self { .value(DiskName.bytes(path)) }

  /// Labels as Prometheus writes them.
  package static func labels(_ labels: [Label]) -> Self {
    var bytes = ByteBuffer()
    GoLabels.append(exposition: labels, to: &bytes)
    return .value([UInt8](bytes.bytes))
  }

  /// A number.
  package static func count(_ number: some BinaryInteger) -> Self {
    .number(Int128(clamping: number))
  }

  /// A number, or nothing.
  package static func count(_ number: (some BinaryInteger)?) -> Self {
    number.map { .number(Int128(clamping: $0)) } ?? .empty
  }

  /// A size.
  package static func bytes(_ size: some BinaryInteger) -> Self { .size(Int64(clamping: size)) }

  /// The time from `start` to `end`.
  package static func duration(from start: Int64, to end: Int64) -> Self {
    .shown(
      TimeText.duration(from: start, to: end), as: .duration((Timestamp(end) - Timestamp(start))))
  }

  /// The same for people, with what comes from disk set apart.
  package var prose: Prose {
    switch self {
    case .empty: ""
    case .prose(let prose): prose
    case .value(let bytes): "\(value: bytes)"
    case .time(let time): "\(time: time)"
    case .shown(let words, _): "\(words)"
    default: "\(text)"
    }
  }

  /// The same as text, of any length; what comes from disk is escaped.
  var text: String {
    switch self {
    case .empty: ""
    case .prose(let prose): prose.plain
    case .value(let bytes): DisplayText.escaped(bytes)
    case .number(let number): Units.count(number)
    case .size(let size): Units.bytes(size)
    case .time(let time): TimeText.seconds(time)
    case .duration(let time): TimeText.duration(time)
    case .decimal(let number, let places): Units.decimal(number, places: places)
    case .rate(let rate): Units.perSecond(rate)
    case .share(let share): Units.percent(share)
    case .shown(let words, _): words
    }
  }
}

extension StringProtocol {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
