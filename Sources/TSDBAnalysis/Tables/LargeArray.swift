internal import CChecksum
internal import Glibc
internal import TSDBFormat

/// An array of plain values that grows to hundreds of megabytes: growing moves pages instead of
/// copying them, and large ones lie in huge pages, because a table that is read at random spends most
/// of its time on address translation otherwise.
///
/// A value like any array: a copy shares the memory until one of the two changes.
struct LargeArray<Element: BitwiseCopyable & Sendable>: Sendable {
  /// From this many bytes on, memory comes in pages of its own.
  private static var leastMappedBytes: Int { 1 << 20 }

  @safe
  private final class Storage: @unchecked Sendable {
    var base: UnsafeMutablePointer<Element>?
    var capacity = 0

    /// Bytes of the mapping; 0 while the memory is the allocator's.
    private var mapped = 0

    deinit {
      if mapped > 0 {
        unsafe munmap(base, mapped)
      } else {
        unsafe free(base)
      }
    }

    /// Makes room for `wanted` elements; what is there stays.
    func grow(to wanted: Int) {
      let (bytes, overflow) = wanted.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
      precondition(!overflow)
      guard bytes >= LargeArray.leastMappedBytes else {
        unsafe set(realloc(base, bytes), capacity: wanted)
        return
      }
      // The pages move where the block itself cannot grow; nothing is copied but the first time.
      let pages = unsafe epimetheus_pages_grow(mapped > 0 ? base : nil, mapped, bytes)
      if mapped == 0, let pages = unsafe pages, let old = unsafe base {
        unsafe pages.copyMemory(
          from: old, byteCount: capacity * MemoryLayout<Element>.stride)
        unsafe free(old)
      }
      unsafe set(pages, capacity: wanted)
      mapped = bytes
    }

    private func set(_ memory: UnsafeMutableRawPointer?, capacity: Int) {
      // As everywhere in Swift, memory that cannot be had ends the process.
      guard let memory = unsafe memory else { preconditionFailure("out of memory") }
      unsafe base = memory.assumingMemoryBound(to: Element.self)
      self.capacity = capacity
    }
  }

  private var storage = Storage()
  /// How many elements there are.
  private(set) var count = 0

  /// No elements.
  init() {}

  /// `count` times the same element.
  init(repeating element: Element, count: Int) {
    reserve(count)
    if let base = unsafe storage.base { unsafe base.initialize(repeating: element, count: count) }
    self.count = count
  }

  /// All elements.
  var span: Span<Element> {
    @_lifetime(borrow self)
    get {
      let span = unsafe Span(_unsafeStart: storage.base ?? Self.nothing, count: count)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// All elements, to be changed in a loop.
  var mutableSpan: MutableSpan<Element> {
    @_lifetime(&self)
    mutating get {
      makeUnique()
      let span = unsafe MutableSpan(_unsafeStart: storage.base ?? Self.nothing, count: count)
      return unsafe _overrideLifetime(span, mutating: &self)
    }
  }

  /// An address for spans of nothing.
  private static var nothing: UnsafeMutablePointer<Element> {
    unsafe UnsafeMutablePointer(bitPattern: MemoryLayout<Element>.alignment).unsafelyUnwrapped
  }

  /// The element at `index`, which must be one.
  subscript(index: Int) -> Element {
    @inline(__always) get {
      precondition(index >= 0 && index < count)
      return unsafe storage.base.unsafelyUnwrapped[index]
    }
    @inline(__always) set {
      precondition(index >= 0 && index < count)
      if !isKnownUniquelyReferenced(&storage) { makeUnique() }
      unsafe storage.base.unsafelyUnwrapped[index] = newValue
    }
  }

  /// Appends one element.
  @inline(__always)
  mutating func append(_ element: Element) {
    if count == storage.capacity || !isKnownUniquelyReferenced(&storage) { reserve(count + 1) }
    unsafe storage.base.unsafelyUnwrapped[count] = element
    count &+= 1
  }

  /// Appends all of `elements`.
  @inline(__always)
  mutating func append(contentsOf elements: Span<Element>) {
    if storage.capacity &- count < elements.count || !isKnownUniquelyReferenced(&storage) {
      reserve(count + elements.count)
    }
    unsafe elements.withUnsafeBufferPointer { source in
      guard let from = source.baseAddress, let base = unsafe storage.base else { return }
      unsafe (base + count).initialize(from: from, count: source.count)
    }
    count &+= elements.count
  }

  /// Forgets all elements and keeps the memory.
  mutating func removeAll() {
    if !isKnownUniquelyReferenced(&storage) { storage = Storage() }
    count = 0
  }

  /// Makes room for `wanted` elements in all, and half as much again where it has to grow.
  private mutating func reserve(_ wanted: Int) {
    makeUnique()
    guard wanted > storage.capacity else { return }
    storage.grow(to: max(wanted, storage.capacity + storage.capacity / 2, 64))
  }

  private mutating func makeUnique() {
    guard !isKnownUniquelyReferenced(&storage) else { return }
    let copy = Storage()
    copy.grow(to: max(count, 1))
    if let from = unsafe storage.base, let base = unsafe copy.base {
      unsafe base.initialize(from: from, count: count)
    }
    storage = copy
  }
}

extension LargeArray<UInt8> {
  /// The bytes, borrowed.
  var rawBytes: RawSpan {
    @_lifetime(borrow self)
    get {
      let whole = unsafe span.bytes
      return unsafe _overrideLifetime(whole, borrowing: self)
    }
  }

  /// Appends borrowed bytes.
  mutating func append(contentsOf bytes: RawSpan) {
    for index in 0..<bytes.byteCount { append(bytes.byte(at: index)) }
  }
}
