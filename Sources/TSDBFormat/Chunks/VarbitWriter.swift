/// Writes the numbers that `Varbit.swift` reads (Prometheus: tsdb/chunkenc/varbit.go).
extension BitBuffer {
  /// Of each width but the last: how many bits follow the prefix. The prefix of number n has n ones
  /// and a zero.
  private static let widths = [3, 6, 9, 12, 18, 25, 56]

  private mutating func put(_ value: UInt64, ofWidth width: Int, prefix ones: Int) {
    let prefix: UInt64 = (1 &<< UInt64(ones) &- 1) &<< 1
    put(prefix, ones &+ 1)
    put(value, width)
  }

  /// An unsigned number (`putVarbitUint`).
  mutating func put(varbitUInt value: UInt64) {
    guard value != 0 else { return put(false) }
    for (index, width) in Self.widths.enumerated() where value &>> UInt64(width) == 0 {
      return put(value, ofWidth: width, prefix: index &+ 1)
    }
    put(0xff, 8)
    put(value, 64)
  }

  /// A signed number (`putVarbitInt`): of each width, one more is positive than negative.
  mutating func put(varbitInt value: Int64) {
    guard value != 0 else { return put(false) }
    for (index, width) in Self.widths.enumerated() where value.fits(width) {
      return put(UInt64(bitPattern: value), ofWidth: width, prefix: index &+ 1)
    }
    put(0xff, 8)
    put(UInt64(bitPattern: value), 64)
  }
}

extension Int64 {
  /// True for -(2^(width-1) - 1) to 2^(width-1), as Prometheus' `bitRange` has it.
  func fits(_ width: Int) -> Bool {
    let half: Int64 = 1 &<< Int64(width &- 1)
    return 1 &- half <= self && self <= half
  }
}

/// Writes floats as the bits in which they differ from the one before (`xorWrite` in
/// tsdb/chunkenc/xor.go); the other direction of `XORValue`.
struct XORValueWriter: Sendable {
  /// The bits of the value last written.
  private(set) var bits: UInt64
  /// The window that later values may use again; nil before the first.
  private var window: (leading: Int, trailing: Int)?

  /// Goes on from `bits`.
  init(_ bits: UInt64) { self.bits = bits }

  /// How the next value is written.
  enum Form {
    /// It is the same.
    case same
    /// The significant bits are in the window.
    case window
    /// They need a window of their own.
    case newWindow
  }

  /// How `next` is written, which is no decision yet.
  func form(of next: UInt64) -> Form {
    let difference = bits ^ next
    guard difference != 0 else { return .same }
    let leading = min(difference.leadingZeroBitCount, 31)
    guard let window, leading >= window.leading,
      difference.trailingZeroBitCount >= window.trailing
    else { return .newWindow }
    return .window
  }

  /// Writes what follows the form.
  mutating func writeBits(of next: UInt64, _ form: Form, to output: inout BitBuffer) {
    let difference = bits ^ next
    bits = next
    if form == .same { return }
    if form == .newWindow {
      let leading = min(difference.leadingZeroBitCount, 31)
      let trailing = difference.trailingZeroBitCount
      window = (leading, trailing)
      output.put(UInt64(leading), 5)
      // 64 does not fit into 6 bits, and 0 stands for it.
      output.put(UInt64(64 &- leading &- trailing & 63), 6)
    }
    guard let window else { return }
    output.put(difference &>> UInt64(window.trailing), 64 &- window.leading &- window.trailing)
  }

  /// Writes the next value as XOR chunks and histograms do.
  mutating func write(_ next: UInt64, to output: inout BitBuffer) {
    let form = form(of: next)
    switch form {
    case .same: output.put(false)
    case .window: output.put(0b10, 2)
    case .newWindow: output.put(0b11, 2)
    }
    writeBits(of: next, form, to: &output)
  }
}
