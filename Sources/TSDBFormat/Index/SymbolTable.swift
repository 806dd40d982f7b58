/// Every distinct label name and value of an index, sorted, once.
///
///     length be32 | count be32 | count × (length uvarint, bytes) | CRC-32C be32
///
/// Holds where each symbol is, not the bytes: those stay in the file, which every access is given
/// again. The table never fails as a whole: what cannot be read of it is `damage`, and the symbols
/// before that are there.
public struct SymbolTable: Sendable {
  /// Where the entry of each symbol starts, from the start of the section; one more for the end.
  private var starts: [UInt32]
  /// File offset of the section.
  private let base: Int
  /// What is wrong with it.
  public private(set) var damage: [DecodeError] = []
  /// First byte behind the section, as its length claims and the file allows.
  public let end: Int

  /// Reads the table that starts at `offset` of `file`; `isRead` is told which parts of the file were read, each
  /// once for its checksum and once more.
  public init(of file: RawSpan, at offset: Int, isRead: (Range<Int>) -> Void = { _ in }) {
    let base = min(max(offset, 0), file.byteCount)
    self.base = base
    starts = [0]
    let rest = file.extracting(base..<file.byteCount)
    var cursor = ByteCursor(rest, at: base, in: .indexSymbols)
    var whole = cursor
    do throws(DecodeError) {
      let length = Int(try whole.uint32())
      let isCut = whole.remaining < length
      let body = isCut ? whole.takeRest() : try whole.take(length)
      if isCut {
        damage.append(
          cursor.failure(.truncated(needed: length, available: body.byteCount), at: base))
      } else {
        try whole.checksum(of: body, at: base &+ 4, isRead: isRead)
      }
    } catch {
      damage.append(error)
    }
    end = base &+ whole.position
    do throws(DecodeError) {
      try readEntries(&cursor, isRead)
    } catch {
      damage.append(error)
    }
    isRead(base..<end)
  }

  /// Parts of the file of so many bytes are told of.
  private static let readStep = 4 << 20

  private mutating func readEntries(
    _ cursor: inout ByteCursor, _ isRead: (Range<Int>) -> Void
  ) throws(DecodeError) {
    let limit = max(end &- 4, base)
    _ = try cursor.uint32()
    let start = cursor.offset
    let count = Int(try cursor.uint32())
    let room = max(limit &- cursor.offset, 0)
    starts.reserveCapacity(min(count, room) + 1)
    starts[0] = 8
    var told = base
    for _ in 0..<min(count, room) {
      let entry = cursor.offset
      let length = try cursor.count()
      guard cursor.offset &- entry == Self.width(length) else {
        throw cursor.failure(.overlongVarint, at: entry)
      }
      try cursor.skip(length)
      guard cursor.offset <= limit, let next = UInt32(exactly: cursor.position) else {
        throw cursor.failure(.truncated(needed: length, available: 0), at: entry)
      }
      starts.append(next)
      if entry &- told >= Self.readStep {
        isRead(told..<entry)
        told = entry
      }
    }
    if count > room {
      throw cursor.failure(
        .outOfRange(found: Int64(count), allowed: 0...Int64(room)), at: start)
    }
  }

  /// How many symbols there are.
  public var count: Int { starts.count &- 1 }

  /// File offset of the entry of symbol `index`, which must be one.
  public func offset(of index: Int) -> Int { base &+ Int(starts[index]) }

  /// The length of symbol `index` in bytes, known without a look at the file.
  public func length(of index: Int) -> Int {
    let whole = Int(starts[index &+ 1] &- starts[index])
    var length = whole &- 1
    while length &+ Self.width(length) > whole { length &-= 1 }
    return length
  }

  /// The bytes of symbol `index`, which must be one, in the `file` the table was read from.
  @_lifetime(copy file)
  public func bytes(of index: Int, in file: RawSpan) -> RawSpan {
    let end = base &+ Int(starts[index &+ 1])
    return file.extracting((end &- length(of: index))..<end)
  }

  /// The number of the symbol whose entry starts at byte `offset` of the file: how version 1 refers
  /// to symbols.
  func index(startingAt offset: UInt64) -> UInt32? {
    guard offset >= UInt64(base), let wanted = UInt32(exactly: offset &- UInt64(base)) else {
      return nil
    }
    var low = 0
    var high = count
    while low < high {
      let middle = (low &+ high) / 2
      if starts[middle] < wanted { low = middle &+ 1 } else { high = middle }
    }
    return low < count && starts[low] == wanted ? UInt32(low) : nil
  }

  /// The symbol with these bytes, if it is one.
  public func index(of symbol: RawSpan, in file: RawSpan) -> Int? {
    for index in 0..<count where length(of: index) == symbol.byteCount {
      if bytes(of: index, in: file).isEqual(to: symbol) { return index }
    }
    return nil
  }

  /// Bytes of a length as a uvarint.
  private static func width(_ length: Int) -> Int {
    var width = 1
    var rest = length &>> 7
    while rest > 0 {
      width &+= 1
      rest &>>= 7
    }
    return width
  }
}
