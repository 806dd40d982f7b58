/// Bytes that are appended to and thrown away again and again: memory once asked for stays, and is
/// not cleared before something else writes it.
public struct ByteBuffer: Sendable {
  private var storage: [UInt8] = []
  /// How many bytes are in.
  public private(set) var count = 0

  /// No bytes.
  public init() {}

  /// All bytes, borrowed.
  public var bytes: RawSpan {
    @_lifetime(borrow self)
    get { storage.rawBytes.extracting(0..<count) }
  }

  /// The bytes in `range`, which must lie in the buffer.
  @_lifetime(borrow self)
  public func bytes(in range: Range<Int>) -> RawSpan {
    precondition(range.upperBound <= count)
    return storage.rawBytes.extracting(range)
  }

  /// Forgets the bytes from `start` on.
  public mutating func truncate(to start: Int) {
    count = min(max(start, 0), count)
  }

  /// Appends a byte.
  public mutating func append(_ byte: UInt8) {
    unsafe append(upTo: 1) { target in
      unsafe target.storeBytes(of: byte, as: UInt8.self)
      return 1
    }
  }

  /// Appends text as UTF-8.
  public mutating func append(_ text: StaticString) {
    precondition(text.hasPointerRepresentation)
    let size = text.utf8CodeUnitCount
    unsafe append(upTo: size) { target in
      unsafe target.copyMemory(from: text.utf8Start, byteCount: size)
      return size
    }
  }

  /// Appends text as UTF-8.
  public mutating func append(text: String) {
    unsafe append(text.utf8.span.bytes)
  }

  /// Appends once more what stands in `range`, which must lie in the buffer.
  public mutating func append(again range: Range<Int>) {
    precondition(range.upperBound <= count)
    let distance = count - range.lowerBound
    // The source ends where the target begins, at the latest.
    unsafe append(upTo: range.count) { target in
      unsafe target.copyMemory(from: target.advanced(by: -distance), byteCount: range.count)
      return range.count
    }
  }

  /// Appends a number in decimal.
  public mutating func append(decimal value: Int64) {
    if value < 0 { append(UInt8(ascii: "-")) }
    append(decimal: value.magnitude)
  }

  /// Appends `value` / 10^`places` in decimal, with exactly so many places behind the point; zeros are
  /// put in front until a digit stands before it.
  public mutating func append(decimal value: UInt64, places: Int = 0) {
    let places = max(places, 0)
    let digits = max(Self.digits(of: value), places + 1)
    let size = digits + (places > 0 ? 1 : 0)
    unsafe append(upTo: size) { target in
      var rest = value
      var end = size
      if places > 0 {
        for _ in 0..<places {
          end -= 1
          unsafe target.storeBytes(of: Self.lastDigit(&rest), toByteOffset: end, as: UInt8.self)
        }
        end -= 1
        unsafe target.storeBytes(of: UInt8(ascii: "."), toByteOffset: end, as: UInt8.self)
      }
      while end > 0 {
        end -= 1
        unsafe target.storeBytes(of: Self.lastDigit(&rest), toByteOffset: end, as: UInt8.self)
      }
      return size
    }
  }

  /// The last digit of `rest` as a letter; `rest` loses it.
  private static func lastDigit(_ rest: inout UInt64) -> UInt8 {
    let shorter = rest / 10
    defer { rest = shorter }
    return UInt8(truncatingIfNeeded: rest &- shorter &* 10) | 0x30
  }

  /// How many decimal digits `value` has.
  private static func digits(of value: UInt64) -> Int {
    var count = 1
    var rest = value
    while rest >= 10_000 {
      rest /= 10_000
      count += 4
    }
    return count + (rest >= 1000 ? 3 : rest >= 100 ? 2 : rest >= 10 ? 1 : 0)
  }

  /// Appends borrowed bytes.
  public mutating func append(_ bytes: RawSpan) {
    unsafe append(upTo: bytes.byteCount) { target in
      unsafe bytes.withUnsafeBytes { source in
        if let base = source.baseAddress {
          unsafe target.copyMemory(from: base, byteCount: source.count)
        }
      }
      return bytes.byteCount
    }
  }

  /// Appends a number, the most significant byte first.
  public mutating func append(bigEndian value: some FixedWidthInteger & BitwiseCopyable) {
    let size = MemoryLayout.size(ofValue: value)
    unsafe append(upTo: size) { target in
      unsafe target.storeBytes(of: value.bigEndian, as: type(of: value).self)
      return size
    }
  }

  /// Appends the bits of a float, big-endian.
  public mutating func append(float value: Double) {
    append(bigEndian: value.bitPattern)
  }

  /// Appends unsigned LEB128 (Go's `binary.PutUvarint`).
  public mutating func append(uvarint value: UInt64) {
    unsafe append(upTo: 10) { target in
      var rest = value
      var size = 0
      while rest >= 0x80 {
        let byte = UInt8(truncatingIfNeeded: rest) | 0x80
        unsafe target.storeBytes(of: byte, toByteOffset: size, as: UInt8.self)
        rest &>>= 7
        size &+= 1
      }
      let byte = UInt8(truncatingIfNeeded: rest)
      unsafe target.storeBytes(of: byte, toByteOffset: size, as: UInt8.self)
      return size &+ 1
    }
  }

  /// Appends zigzag signed LEB128 (Go's `binary.PutVarint`).
  public mutating func append(varint value: Int64) {
    append(uvarint: UInt64(bitPattern: value &<< 1 ^ value &>> 63))
  }

  /// Appends bytes behind their length as a uvarint (Prometheus' `PutUvarintBytes`).
  public mutating func append(lengthPrefixed bytes: RawSpan) {
    append(uvarint: UInt64(bytes.byteCount))
    append(bytes)
  }

  /// Appends zeros.
  public mutating func append(zeros count: Int) {
    let count = max(count, 0)
    unsafe append(upTo: count) { target in
      unsafe target.initializeMemory(as: UInt8.self, repeating: 0, count: count)
      return count
    }
  }

  /// Overwrites the four bytes at `offset`, which must lie in the buffer, with a big-endian number.
  public mutating func put(bigEndian value: UInt32, at offset: Int) {
    precondition(offset >= 0 && offset <= count - 4)
    for place in 0..<4 {
      storage[offset + place] = UInt8(truncatingIfNeeded: value &>> UInt32(24 &- 8 &* place))
    }
  }

  /// Appends the CRC-32C of the bytes from `start` on, big-endian.
  public mutating func append(checksumFrom start: Int) {
    append(bigEndian: crc32c(bytes(in: start..<count)))
  }

  /// Lets `write` fill up to `capacity` bytes behind the end; it returns how many it wrote.
  mutating func append(upTo capacity: Int, _ write: (UnsafeMutableRawPointer) -> Int) {
    let missing = count + capacity - storage.count
    if missing > 0 { grow(by: max(missing, storage.count / 2)) }
    let start = count
    let written = unsafe storage.withUnsafeMutableBytes { bytes in
      guard let base = bytes.baseAddress else { return 0 }
      return unsafe write(base.advanced(by: start))
    }
    count = start + min(max(written, 0), capacity)
  }

  /// Makes room behind the end. What is there is not written: nothing reads it before somebody else has.
  private mutating func grow(by missing: Int) {
    let (old, used) = (storage, count)
    storage = unsafe [UInt8](unsafeUninitializedCapacity: old.count + missing) { target, size in
      size = old.count + missing
      unsafe old.withUnsafeBytes { source in
        guard let from = source.baseAddress, let base = target.baseAddress else { return }
        unsafe UnsafeMutableRawPointer(base).copyMemory(from: from, byteCount: used)
      }
    }
  }
}
