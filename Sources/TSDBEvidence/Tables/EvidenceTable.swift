/// A table of the bundle: its columns, and its rows as they are asked for. The database and the CSV
/// files are written from the same tables.
struct EvidenceTable {
  /// What a column holds.
  enum Kind: String {
    /// A whole number, or nothing.
    case integer = "INTEGER"
    /// Text, or nothing; bytes that are no UTF-8 are told as they are.
    case text = "TEXT"
  }

  /// What stands in a row.
  enum Cell {
    /// Nothing.
    case null
    /// A whole number.
    case integer(Int64)
    /// Bytes that should be UTF-8.
    case bytes([UInt8])

    /// Text.
    static func text(_ text: String) -> Cell { .bytes(Array(text.utf8)) }
    /// Text, or nothing.
    static func text(_ text: String?) -> Cell { text.map { .bytes(Array($0.utf8)) } ?? .null }
    /// A number.
    static func count(_ number: some BinaryInteger) -> Cell { .integer(Int64(clamping: number)) }
    /// A number, or nothing.
    static func count(_ number: Int?) -> Cell { number.map { .integer(Int64($0)) } ?? .null }
  }

  /// The name.
  let name: String
  /// The columns.
  let columns: [(name: String, kind: Kind)]
  /// Gives each row to a body, in an order that is the same each time.
  let forEachRow: (_ body: ([Cell]) throws -> Void) throws -> Void
}
