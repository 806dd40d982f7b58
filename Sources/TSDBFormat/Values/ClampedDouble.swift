extension FixedWidthInteger {
  /// The whole part of `value`, or the nearest number there is; 0 for NaN. A share of counts from disk is as
  /// large as a file claims, infinite, or none at all, and the plain conversion traps on all of these.
  ///
  /// Inlinable, because it is asked for every label of a block: not specialised, it takes half of an analysis.
  @inlinable public init(clamping value: Double) {
    if value.isNaN {
      self = 0
    } else {
      self = Self(exactly: value.rounded(.towardZero)) ?? (value < 0 ? .min : .max)
    }
  }
}
