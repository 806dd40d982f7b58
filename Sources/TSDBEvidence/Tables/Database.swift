internal import CSQLite
internal import TSDBReport
internal import TSDBStore

/// A new SQLite file that is being written. What is in it depends on the rows alone: no times, no
/// random numbers, no pages that once held something else.
@safe
final class Database {
  private let path: String
  private let handle: OpaquePointer

  /// Makes the file, which must not exist, with settings that make its bytes repeatable.
  init(_ path: String) throws(FileError) {
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
    let status = unsafe sqlite3_open_v2(path, &opened, flags, nil)
    guard status == SQLITE_OK, let opened = unsafe opened else {
      unsafe sqlite3_close_v2(opened)
      throw .system(path: path, operation: "create", errno: 5)
    }
    self.path = path
    unsafe handle = opened
    try run("PRAGMA page_size=4096")
    try run("PRAGMA secure_delete=ON")
    try run("PRAGMA journal_mode=OFF")
    try run("PRAGMA synchronous=OFF")
    try run("BEGIN")
  }

  deinit { unsafe sqlite3_close_v2(handle) }

  /// Runs one statement without rows.
  func run(_ statement: String) throws(FileError) {
    guard unsafe sqlite3_exec(handle, statement, nil, nil, nil) == SQLITE_OK else {
      throw failure("write")
    }
  }

  /// Ends the writing.
  func finish() throws(FileError) {
    try run("COMMIT")
  }

  /// Makes a table and fills it; `check` is called now and then, and may throw.
  func add(_ table: ResultTable, check: () throws -> Void) throws {
    let columns = table.columns.map { "\"\($0.name)\" \($0.isNumber ? "INTEGER" : "TEXT")" }
    try run("CREATE TABLE \"\(table.name)\" (\(columns.joined(separator: ", ")))")
    let places = Array(repeating: "?", count: columns.count).joined(separator: ",")
    var prepared: OpaquePointer?
    let text = "INSERT INTO \"\(table.name)\" VALUES (\(places))"
    guard unsafe sqlite3_prepare_v2(handle, text, -1, &prepared, nil) == SQLITE_OK else {
      throw failure("write to")
    }
    defer { unsafe sqlite3_finalize(prepared) }
    let statement = unsafe prepared
    var rows = 0
    try table.forEachRow { row in
      for (index, cell) in row.enumerated() {
        try unsafe bind(cell, Int32(index + 1), statement)
      }
      guard unsafe sqlite3_step(statement) == SQLITE_DONE else { throw failure("write to") }
      unsafe sqlite3_reset(statement)
      rows += 1
      if rows.isMultiple(of: 4096) { try check() }
    }
  }

  /// Bytes that are no UTF-8, or hold a zero, are a BLOB: as TEXT they would not come back as they are.
  private func bind(
    _ cell: ResultTable.Cell, _ index: Int32, _ statement: OpaquePointer?
  ) throws(FileError) {
    let status: Int32
    switch cell {
    case .empty: status = unsafe sqlite3_bind_null(statement, index)
    case .number(let number):
      status = unsafe sqlite3_bind_int64(statement, index, Int64(clamping: number))
    case .size(let number), .time(let number), .duration(let number):
      status = unsafe sqlite3_bind_int64(statement, index, number)
    case .decimal(let number, _), .rate(let number), .share(let number):
      status = unsafe sqlite3_bind_double(statement, index, number)
    case .shown(_, let cell): return try unsafe bind(cell, index, statement)
    case .prose(let prose):
      return try unsafe bind(.value(Array(prose.plain.utf8)), index, statement)
    case .value(let bytes):
      // SQLite copies what is marked as transient.
      let transient = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
      let isText = !bytes.contains(0) && String(validating: bytes, as: UTF8.self) != nil
      let count = Int32(clamping: bytes.count)
      status = unsafe bytes.withUnsafeBytes { buffer in
        // Without an address there would be NULL in place of nothing.
        guard let base = buffer.baseAddress, count > 0 else {
          return unsafe sqlite3_bind_text(statement, index, "", 0, transient)
        }
        return isText
          ? unsafe sqlite3_bind_text(
            statement, index, base.assumingMemoryBound(to: CChar.self), count, transient)
          : unsafe sqlite3_bind_blob(statement, index, base, count, transient)
      }
    }
    guard status == SQLITE_OK else { throw failure("write to") }
  }

  /// The last failure, as the system's own where SQLite knows it.
  private func failure(_ operation: String) -> FileError {
    let number = unsafe sqlite3_system_errno(handle)
    let isFull = unsafe sqlite3_errcode(handle) == SQLITE_FULL
    return .system(path: path, operation: operation, errno: isFull ? 28 : number == 0 ? 5 : number)
  }
}
