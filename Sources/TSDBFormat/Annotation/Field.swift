/// A named stretch of a structure on disk: what it is called, where it is, what it says.
///
/// Fields form a tree in the order of the disk, given as a list with levels. Those without fields
/// inside are leaves; the leaves of an annotation follow one another without gap or overlap.
public struct Field: Equatable, Sendable {
  /// What it is called, such as `length`.
  public let name: String
  /// The bits it takes, counted from the start of the file, or of the decompressed record, most
  /// significant bit first: byte 3 is bits 24 to 31.
  public internal(set) var bits: Range<Int>
  /// What it says.
  public internal(set) var value: Value
  /// How many fields it lies in.
  public let level: Int
  /// True where no fields lie in it.
  public let isLeaf: Bool

  /// A field.
  init(name: String, bits: Range<Int>, value: Value, level: Int, isLeaf: Bool) {
    self.name = name
    self.bits = bits
    self.value = value
    self.level = level
    self.isLeaf = isLeaf
  }

  /// The bytes it touches.
  public var bytes: Range<Int> { bits.lowerBound / 8..<(bits.upperBound &+ 7) / 8 }

  /// True if it begins and ends with a byte.
  public var isWholeBytes: Bool {
    bits.lowerBound.isMultiple(of: 8) && bits.upperBound.isMultiple(of: 8)
  }

  /// What a field says. Words are made when it is printed.
  public enum Value: Equatable, Sendable {
    /// Nothing by itself: a group, or bytes whose meaning is elsewhere.
    case none
    /// A number without a sign.
    case unsigned(UInt64)
    /// A number with a sign.
    case signed(Int64)
    /// A magic number.
    case magic(UInt32)
    /// Milliseconds since 1970.
    case time(Int64)
    /// The bits of a float.
    case float(UInt64)
    /// A number and what it stands for, in words.
    case code(UInt64, String)
    /// A difference, and the number that follows from it.
    case delta(Int64, UInt64)
    /// A difference, and the time that follows from it.
    case timeDelta(Int64, Int64)
    /// Text from disk.
    case text([UInt8])
    /// The number of a symbol, and the symbol if there is one of that number.
    case symbol(UInt64, [UInt8]?)
    /// The place of a chunk in a block: file number and offset.
    case chunk(UInt64)
    /// The place of a chunk in `chunks_head`, packed in the same way.
    case headChunk(UInt64)
    /// A CRC-32C, and that of the bytes it covers.
    case checksum(stored: UInt32, computed: UInt32)
    /// A label.
    case label(Label)
    /// Labels of a series.
    case labels([Label])
    /// A sample: its series, if that is said in the same place, its time, the bits of a float.
    case sample(ref: UInt64?, time: Int64, bits: UInt64?)
  }
}
