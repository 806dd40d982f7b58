internal import Glibc

/// Arrays of many megabytes in huge pages: a table that is read at random spends most of its time on
/// address translation otherwise, and filling it on page faults.
///
/// Advice only: where the system gives no huge pages, nothing changes.
extension Array where Element: BitwiseCopyable {
  /// Below this many bytes it is not worth a system call.
  private static var leastBytes: Int { 4 << 20 }

  /// An array of `count` times the same.
  init(large count: Int, repeating element: Element) {
    self = unsafe Array(unsafeUninitializedCapacity: count) { buffer, initialized in
      unsafe Self.advise(buffer)
      unsafe buffer.initialize(repeating: element)
      initialized = count
    }
  }

  /// Appends `element`; grows by half where there is no room.
  @inline(__always)
  mutating func appendLarge(_ element: Element) {
    if count == capacity { growLarge(by: 1) }
    append(element)
  }

  /// Appends all of `elements`; grows by half where there is no room.
  @inline(__always)
  mutating func appendLarge(contentsOf elements: Span<Element>) {
    if capacity &- count < elements.count { growLarge(by: elements.count) }
    for index in elements.indices { append(elements[index]) }
  }

  private mutating func growLarge(by more: Int) {
    let wanted = Swift.max(count + more, count + count / 2, 1024)
    guard wanted * MemoryLayout<Element>.stride >= Self.leastBytes else {
      reserveCapacity(wanted)
      return
    }
    let old = self
    self = unsafe Array(unsafeUninitializedCapacity: wanted) { buffer, initialized in
      unsafe Self.advise(buffer)
      initialized = unsafe buffer.initialize(fromContentsOf: old)
    }
  }

  private static func advise(_ buffer: UnsafeMutableBufferPointer<Element>) {
    let bytes = buffer.count * MemoryLayout<Element>.stride
    guard bytes >= leastBytes, let base = buffer.baseAddress else { return }
    let start = (UInt(bitPattern: base) + 4095) & ~4095
    let end = (UInt(bitPattern: base) + UInt(bytes)) & ~4095
    guard start < end, let page = unsafe UnsafeMutableRawPointer(bitPattern: start) else { return }
    unsafe madvise(page, Int(end - start), MADV_HUGEPAGE)
  }
}
