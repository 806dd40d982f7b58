/// The few ways from arrays to spans and back that strict memory safety asks to be marked.

extension [UInt8] {
  /// The bytes of the array, borrowed.
  public var rawBytes: RawSpan {
    @_lifetime(borrow self)
    get {
      let whole = unsafe self.span.bytes
      return unsafe _overrideLifetime(whole, borrowing: self)
    }
  }

  /// Appends borrowed bytes.
  public mutating func append(_ bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes { unsafe self.append(contentsOf: $0) }
  }

  /// A copy of borrowed bytes.
  public init(_ bytes: RawSpan) {
    self = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
  }
}

extension RawSpan {
  /// The byte at `index`, which must lie in the span.
  public func byte(at index: Int) -> UInt8 {
    precondition(index >= 0 && index < byteCount)
    return unsafe unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
  }

  /// True when all bytes are zero.
  public var isZero: Bool { firstNonZero == nil }

  /// Index of the first byte that is not zero.
  public var firstNonZero: Int? {
    var index = 0
    while index &+ 8 <= byteCount {
      let word = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
      if word != 0 { break }
      index &+= 8
    }
    while index < byteCount {
      if unsafe unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self) != 0 { return index }
      index &+= 1
    }
    return nil
  }

  /// Index in the whole of the first byte in `range` that is not zero; those of `holes` are, and are not
  /// read.
  public func firstNonZero(in range: Range<Int>, holes: [Range<Int>]) -> Int? {
    var start = range.lowerBound
    for hole in holes where hole.upperBound > start {
      guard hole.lowerBound < range.upperBound else { break }
      if hole.lowerBound > start,
        let found = extracting(start..<hole.lowerBound).firstNonZero
      {
        return start &+ found
      }
      start = min(hole.upperBound, range.upperBound)
    }
    return extracting(start..<range.upperBound).firstNonZero.map { start &+ $0 }
  }

  /// True when these bytes sort before the others, as Go's strings do.
  public func precedes(_ other: RawSpan) -> Bool {
    let count = min(byteCount, other.byteCount)
    for index in 0..<count {
      let mine = unsafe unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
      let theirs = unsafe other.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
      if mine != theirs { return mine < theirs }
    }
    return byteCount < other.byteCount
  }

  /// True when both hold the same bytes.
  public func isEqual(to other: RawSpan) -> Bool {
    guard byteCount == other.byteCount else { return false }
    var index = 0
    while index &+ 8 <= byteCount {
      let mine = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
      let theirs = unsafe other.unsafeLoadUnaligned(
        fromUncheckedByteOffset: index, as: UInt64.self)
      if mine != theirs { return false }
      index &+= 8
    }
    while index < byteCount {
      let mine = unsafe unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
      let theirs = unsafe other.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
      if mine != theirs { return false }
      index &+= 1
    }
    return true
  }
}
